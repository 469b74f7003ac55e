import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readText, writeText, writeWhole } from './files.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calibre-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file is written whole and read without its byte order mark', async () => {
  const path = join(folder, 'out');
  await writeText(path, '\uFEFFnew');
  expect(await readText(path)).toBe('new');
  expect(readdirSync(folder)).toEqual(['out']);
});

test('until the new file is whole the old one stays; when writing fails nothing else is left', async () => {
  const path = join(folder, 'out');
  writeFileSync(path, 'old');
  const failing = writeWhole(path, async (partial) => {
    writeFileSync(partial, 'ne');
    expect(readFileSync(path, 'utf8')).toBe('old');
    throw new Error('no more');
  });
  await expect(failing).rejects.toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['out']);
});

test('a place that cannot be written or read is told with its path', async () => {
  const path = join(folder, 'none', 'out');
  await expect(writeText(path, '')).rejects.toThrow(/none\/out: cannot be written/);
  await expect(readText(path)).rejects.toThrow(/must be a readable file, got no such file/);
  await expect(readText(folder)).rejects.toThrow(/got a folder/);
});

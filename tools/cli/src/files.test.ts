import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readText, writeWhole } from './files.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calibre-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file is written whole, in the order of its parts', async () => {
  const path = join(folder, 'out');
  const parts = Array.from({ length: 3 }, (_, part) => `${part}`.repeat(50_000));
  await writeWhole(path, async (append) => {
    for (const part of parts) await append(part);
  });
  expect(readFileSync(path, 'utf8')).toBe(parts.join(''));
  expect(readdirSync(folder)).toEqual(['out']);
});

test('when writing fails the old file stays and nothing else is left', async () => {
  const path = join(folder, 'out');
  writeFileSync(path, 'old');
  const failing = writeWhole(path, async (append) => {
    await append('new'.repeat(50_000));
    throw new Error('no more');
  });
  await expect(failing).rejects.toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['out']);
});

test('a folder that is not there is told with the path', async () => {
  const path = join(folder, 'none', 'out');
  await expect(writeWhole(path, async () => {})).rejects.toThrow(/none\/out: cannot be written/);
  await expect(readText(path)).rejects.toThrow(/must be a readable file, got no such file/);
  await expect(readText(folder)).rejects.toThrow(/got a folder/);
});

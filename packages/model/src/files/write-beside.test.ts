import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { settleFolder, writeBeside, writeFolder } from './write-beside.js';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'beside-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Writes `model` and nothing else. */
const model = (content: string) => ({
  owns: (name: string) => name === 'model' || name === 'state',
  write: (folder: string) => writeFile(join(folder, 'model'), content),
});

test('a failed write leaves the old file', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'file');
  await writeFile(path, 'old');
  const write = writeBeside(path, async (file) => {
    await file.write('new');
    throw new Error('disk full');
  });
  await expect(write).rejects.toThrow('disk full');
  expect([await readdir(folder), await readFile(path, 'utf8')]).toEqual([['file'], 'old']);
});

test('a folder is replaced whole: own files go, others stay', async () => {
  const place = join(await temporaryFolder(), 'checkpoint');
  await writeFolder(place, model('one'));
  await writeFile(join(place, 'state'), 'of one');
  await writeFile(join(place, 'notes'), 'mine');
  await writeFolder(place, model('two'));
  expect((await readdir(place)).sort()).toEqual(['model', 'notes']);
  expect(await readFile(join(place, 'model'), 'utf8')).toBe('two');
});

test('a failed write leaves the old folder, and nothing beside it', async () => {
  const parent = await temporaryFolder();
  const place = join(parent, 'checkpoint');
  await writeFolder(place, model('one'));
  const failing = { ...model(''), write: () => Promise.reject(new Error('stopped')) };
  await expect(writeFolder(place, failing)).rejects.toThrow('stopped');
  expect(await readdir(parent)).toEqual(['checkpoint']);
  expect(await readFile(join(place, 'model'), 'utf8')).toBe('one');
});

test('a folder of something else is not touched', async () => {
  const place = await temporaryFolder();
  await writeFile(join(place, 'thesis'), 'years of work');
  await expect(writeFolder(place, model('one'))).rejects.toThrow('got a folder that holds thesis');
});

test('killed between the two renames, the old content comes back', async () => {
  const place = join(await temporaryFolder(), 'checkpoint');
  await writeFolder(place, model('one'));
  await rename(place, `${place}.old`);
  await settleFolder(place);
  expect(await readFile(join(place, 'model'), 'utf8')).toBe('one');
});

test('killed after the second rename, the new content stays', async () => {
  const parent = await temporaryFolder();
  const place = join(parent, 'checkpoint');
  await writeFolder(place, model('two'));
  await mkdir(`${place}.old`);
  await settleFolder(place);
  expect(await readdir(parent)).toEqual(['checkpoint']);
});

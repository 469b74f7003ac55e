import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { latestSnapshot, writeSnapshot } from './snapshots.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'snapshots-'));
});
afterEach(() => rm(root, { recursive: true }));

const save = (step: number, text = `state of ${step}`) =>
  writeSnapshot(root, { step, write: (folder) => writeFile(join(folder, 'state.txt'), text) });

test('the newest two are kept and the newest is found', async () => {
  for (const step of [5, 10, 15]) await save(step);
  expect(await readdir(root)).toEqual(['step-00000010', 'step-00000015']);
  expect(await latestSnapshot(root)).toMatchObject({ step: 15, damaged: [] });
});

test('other files in the folder are none of its business', async () => {
  await writeFile(join(root, 'log.jsonl'), '');
  expect(await latestSnapshot(root)).toBeUndefined();
});

test('nothing written yet is no error', async () => {
  expect(await latestSnapshot(join(root, 'never'))).toBeUndefined();
});

test('a write that fails leaves the earlier snapshots alone, and says so', async () => {
  await save(5);
  const write = async (folder: string) => {
    await writeFile(join(folder, 'half.txt'), 'ha');
    throw new Error('no space left on device');
  };
  await expect(writeSnapshot(root, { step: 10, write })).rejects.toThrow(
    'step-00000010 must be written whole, got no space left on device; make room',
  );
  expect(await readdir(root)).toEqual(['step-00000005']);
  expect(await latestSnapshot(root)).toMatchObject({ step: 5, damaged: [] });
});

test('what a kill left half written goes with the next', async () => {
  await mkdir(join(root, '.step-00000005.partial'));
  await save(10);
  expect(await readdir(root)).toEqual(['step-00000010']);
});

test('a flipped byte or a file cut short is passed over for the one before, and named', async () => {
  await save(5);
  await save(10);
  await writeFile(join(root, 'step-00000010', 'state.txt'), 'state of 1');
  const found = await latestSnapshot(root);
  expect(found?.step).toBe(5);
  expect(found?.damaged[0]).toContain('state.txt is missing or changed');
});

test('all damaged: an error that says what to do', async () => {
  await save(5);
  await rm(join(root, 'step-00000005', 'state.txt'));
  await expect(latestSnapshot(root)).rejects.toThrow('start again from a checkpoint');
});

test('a step saved twice holds the second', async () => {
  await save(5, 'first');
  const path = await save(5, 'second');
  expect(await readFile(join(path, 'state.txt'), 'utf8')).toBe('second');
  expect(await readdir(root)).toEqual(['step-00000005']);
});

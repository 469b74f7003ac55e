import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calibratorDefaults, encoderOfSize } from '@calibre/model';
import { afterAll, expect, test } from 'vitest';
import { toyTokenizer } from '../test/toy.js';
import { type Checkpoint, initialWeights } from './checkpoint.js';
import { randomOf } from './random.js';
import { fingerprintOf, StageFolder } from './stage-folder.js';

const root = mkdtempSync(join(tmpdir(), 'calibre-stages-'));
afterAll(() => rmSync(root, { recursive: true }));

test('a value is computed once for the same inputs, and again for others', async () => {
  const stages = new StageFolder(join(root, 'values'));
  let computed = 0;
  const margin = async () => ({ margin: computed++ === 0 ? Infinity : 2 });
  const first = await stages.json({ name: 'margins', inputs: { seed: 1 } }, margin);
  const again = await stages.json({ name: 'margins', inputs: { seed: 1 } }, margin);
  expect(again).toEqual({ ...first, found: true });
  expect(again.value.margin).toBe(Infinity);
  const other = await stages.json({ name: 'margins', inputs: { seed: 2 } }, margin);
  expect([other.value.margin, other.found]).toEqual([2, false]);
});

test('a checkpoint is trained once; a stopped training finds its own state folder again', async () => {
  const stages = new StageFolder(join(root, 'checkpoints'));
  const { vocabularySize } = toyTokenizer;
  const encoder = encoderOfSize('tiny', { vocabularySize, width: 4, innerWidth: 8, layers: 1 });
  const configuration = { encoder, tags: [], calibrator: calibratorDefaults };
  const weights = initialWeights(configuration, { random: randomOf(1) });
  const checkpoint: Checkpoint = { configuration, weights, tokenizer: toyTokenizer };
  const folders: string[] = [];
  const stopped = stages.checkpoint({ name: 'tagger', inputs: 'text' }, async (folder) => {
    folders.push(folder);
    throw new Error('stopped');
  });
  await expect(stopped).rejects.toThrow('stopped');
  const train = async (folder: string) => {
    folders.push(folder);
    return checkpoint;
  };
  const made = await stages.checkpoint({ name: 'tagger', inputs: 'text' }, train);
  const found = await stages.checkpoint({ name: 'tagger', inputs: 'text' }, train);
  expect([made.found, found.found]).toEqual([false, true]);
  expect(found.value.configuration).toEqual(checkpoint.configuration);
  expect(folders).toEqual([folders[0], folders[0]]);
  const replaced = await stages.checkpoint({ name: 'tagger', inputs: 'other text' }, train);
  expect([replaced.found, folders[2] === folders[0]]).toEqual([false, false]);
  expect(readdirSync(stages.folder)).toEqual(['tagger']);
});

test('a fingerprint tells an infinite margin from none', () => {
  expect(fingerprintOf({ move: Infinity })).not.toBe(fingerprintOf({ move: null }));
});

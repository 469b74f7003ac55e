import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encoderOfSize } from '@calibre/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toyTokenizer as tokenizer } from '../test/toy.js';
import type { Tensors } from './checkpoint.js';
import { BestWeights } from './selection.js';

const configuration = { encoder: encoderOfSize('tiny', { vocabularySize: 20 }), tags: [] };
const weightsOf = (value: number): Tensors =>
  new Map([['w', { data: Float32Array.of(value), shape: [1] }]]);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selection-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = (afterStep: number) =>
  BestWeights.open(folder, { configuration, tokenizer, afterStep });
const offer = (best: BestWeights, step: number, score: number) =>
  best.offer(step, { score, weights: weightsOf(step) });

test('the highest score stays, the earlier one on a tie', async () => {
  const best = await open(0);
  expect(best.weights).toBeUndefined();
  for (const [step, score] of [
    [200, 0.7],
    [400, 0.8],
    [600, 0.8],
    [800, 0.75],
  ] as const)
    await offer(best, step, score);
  expect(best.weights).toEqual(weightsOf(400));
});

test('a resumed run knows the best before it, and nothing of what it will meet again', async () => {
  await offer(await open(0), 400, 0.8);
  const later = await open(600);
  await offer(later, 800, 0.7);
  expect(later.weights).toEqual(weightsOf(400));
  expect((await open(200)).weights).toBeUndefined();
});

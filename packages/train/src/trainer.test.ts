import { Runtime } from '@calibre/graph';
import { buildTaggerLoss, type Feeds } from '@calibre/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configuration, feeds, weights } from '../test/bert-tiny.js';
import { type TrainingConfig, trainingDefaults } from './config.js';
import { DivergenceError } from './divergence.js';
import { Trainer } from './trainer.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

const table = 'bert.embeddings.word_embeddings.weight';
const rows = { table, input: 'wordEmbeddings', ids: 'inputIds', paddingId: 0 };
const batch = { feeds: feeds[0] as Feeds, name: '0.7' };

const create = (words: 'rows' | 'dense', config: Partial<TrainingConfig> = {}) =>
  Trainer.create(runtime, {
    network: () => buildTaggerLoss(configuration, { words }),
    rows: words === 'rows' ? rows : undefined,
    weights,
    config: { ...trainingDefaults, steps: 20, warmupShare: 0, ...config },
  });

const weightsOf = async (trainer: Trainer) => (await trainer.state()).weights;

test('rows and dense word embeddings agree where every step meets the same rows', async () => {
  const after = [];
  for (const words of ['dense', 'rows'] as const) {
    const trainer = await create(words, { accumulate: 2 });
    const norms = [];
    for (let step = 0; step < 4; step++)
      norms.push((await trainer.update([batch, batch])).gradientNorm);
    after.push({ norms, table: (await weightsOf(trainer)).get(table)?.data as Float32Array });
  }
  const [dense, sparse] = after;
  sparse?.norms.forEach((norm, step) => {
    expect(norm).toBeCloseTo(dense?.norms[step] as number, 3);
  });
  const seen = new Set(batch.feeds.inputIds?.data as Int32Array);
  for (const id of seen)
    for (let column = 0; id !== 0 && column < 32; column++)
      expect(sparse?.table[id * 32 + column]).toBeCloseTo(
        dense?.table[id * 32 + column] as number,
        5,
      );
});

test('a loss that is not finite names the batch and leaves step and weights as they were', async () => {
  const trainer = await create('rows');
  await trainer.update([batch]);
  const before = await weightsOf(trainer);
  const update = trainer.update([{ ...batch, weight: Infinity }]);
  await expect(update).rejects.toThrow(DivergenceError);
  await expect(update).rejects.toThrow('got loss Infinity in batch 0.7');
  expect(trainer.step).toBe(1);
  expect(await weightsOf(trainer)).toEqual(before);
});

test('an aborted step leaves step and weights as they were', async () => {
  const trainer = await create('rows');
  const before = await weightsOf(trainer);
  const controller = new AbortController();
  const update = trainer.update([batch], { signal: controller.signal });
  controller.abort();
  await expect(update).rejects.toThrow('aborted');
  expect(trainer.step).toBe(0);
  expect(await weightsOf(trainer)).toEqual(before);
});

test('the moving average of the weights: average ← 0.9 average + 0.1 weight', async () => {
  const trainer = await create('dense', { emaDecay: 0.9 });
  await trainer.update([batch]);
  const name = 'classifier.weight';
  const first = (tensors: Awaited<ReturnType<typeof weightsOf>>) =>
    tensors.get(name)?.data[0] as number;
  const expected = 0.9 * first(weights) + 0.1 * first(await weightsOf(trainer));
  expect(first(await trainer.weights())).toBeCloseTo(expected, 6);
});

test('a moving average needs dense word embeddings; micro-batches are no more than configured', async () => {
  await expect(create('rows', { emaDecay: 0.9 })).rejects.toThrow("needs wordEmbeddings 'dense'");
  const trainer = await create('rows', { microBatches: 2 });
  await expect(trainer.update([])).rejects.toThrow('takes 1 to 2 micro-batches');
  const three = trainer.update([batch, batch, batch]);
  await expect(three).rejects.toThrow('(accumulate × microBatches), got 3');
});

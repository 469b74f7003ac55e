/** Half precision by way of the processor, which casts: what its numbers do to a training. */
import { Runtime } from '@calibre/graph';
import { buildTaggerLoss, type Feeds } from '@calibre/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configuration, feeds, weights } from '../test/bert-tiny.js';
import { toySentences, toyTokenizer, toyTraining } from '../test/toy.js';
import { type TrainingConfig, trainingDefaults } from './config.js';
import { trainTagger } from './recipes/tagger.js';
import { Trainer, type TrainerState } from './trainer.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

const rows = {
  table: 'bert.embeddings.word_embeddings.weight',
  input: 'wordEmbeddings',
  ids: 'inputIds',
  paddingId: 0,
};
const create = (precision: TrainingConfig['precision']) =>
  Trainer.create(runtime, {
    network: () => buildTaggerLoss(configuration, { words: 'rows' }),
    rows,
    weights,
    config: { ...trainingDefaults, steps: 30, warmupShare: 0, precision },
  });
const step = (trainer: Trainer) =>
  trainer.update([{ feeds: feeds[trainer.step % feeds.length] as Feeds }]);

/** A state whose loss scale is another. */
const scaled = (state: TrainerState, scale: number): TrainerState => ({
  ...state,
  optimizer: new Map(state.optimizer).set('lossScale', {
    data: Float32Array.of(scale, 0),
    shape: [2],
  }),
});
const scaleOf = ({ optimizer }: TrainerState) => optimizer.get('lossScale')?.data[0];

test('twenty steps follow float32: losses to 0.5 %, norms of gradients to 2 %', async () => {
  const results = [];
  for (const precision of ['float32', 'float16'] as const) {
    const trainer = await create(precision);
    const steps = [];
    for (let i = 0; i < 20; i++) steps.push(await step(trainer));
    results.push(steps);
    await trainer.dispose();
  }
  const [single = [], half = []] = results;
  for (const [i, { loss, gradientNorm }] of half.entries()) {
    expect(Math.abs(loss / (single[i]?.loss as number) - 1)).toBeLessThan(0.005);
    expect(Math.abs(gradientNorm / (single[i]?.gradientNorm as number) - 1)).toBeLessThan(0.02);
  }
});

test('a gradient that overflows is computed again from half the loss, until it does not', async () => {
  const trainer = await create('float16');
  const fresh = await trainer.state();
  const expected = await step(trainer);
  const after = await trainer.state();
  expect(scaleOf(after)).toBe(32_768); // from 65,536
  await trainer.restore(scaled(fresh, 2 ** 20));
  expect(await step(trainer)).toEqual(expected);
  expect(await trainer.state()).toEqual(after);
  await trainer.dispose();
});

test('resumed, the weights are the uninterrupted run’s, bit for bit, and the loss scale', async () => {
  const trainer = await create('float16');
  await trainer.restore(scaled(await trainer.state(), 2 ** 24));
  for (let i = 0; i < 2; i++) await step(trainer);
  const half = await trainer.state();
  for (let i = 0; i < 2; i++) await step(trainer);
  const whole = await trainer.state();
  await trainer.dispose();
  const resumed = await create('float16');
  await resumed.restore(half);
  for (let i = 0; i < 2; i++) await step(resumed);
  expect(await resumed.state()).toEqual(whole);
  await resumed.dispose();
});

test('a run on the processor refuses it', async () => {
  const config = { ...toyTraining, precision: 'float16' as const };
  const from = { tokenizer: toyTokenizer };
  await expect(trainTagger({ sentences: toySentences(20), from, runtime, config })).rejects.toThrow(
    "train: precision 'float16' needs device webgpu or cuda, got cpu",
  );
});

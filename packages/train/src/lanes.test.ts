import { Runtime } from '@calibre/graph';
import { buildTaggerLoss, type Feeds } from '@calibre/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configuration, feeds, weights } from '../test/bert-tiny.js';
import { type TrainingConfig, trainingDefaults } from './config.js';
import { type MicroBatch, Trainer } from './trainer.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 2 });
});
afterAll(() => runtime.dispose());

const rows = {
  table: 'bert.embeddings.word_embeddings.weight',
  input: 'wordEmbeddings',
  ids: 'inputIds',
  paddingId: 0,
};
const batch = (index: number): MicroBatch => ({
  feeds: feeds[index % 3] as Feeds,
  name: `0.${index}`,
});

type Options = Partial<TrainingConfig> & Pick<TrainingConfig, 'lanes'>;

const create = ({ wordEmbeddings: words = 'dense', ...config }: Options) =>
  Trainer.create(runtime, {
    network: () => buildTaggerLoss(configuration, { words, dropout: true }),
    rows: words === 'rows' ? rows : undefined,
    weights,
    config: {
      ...trainingDefaults,
      steps: 20,
      warmupShare: 0,
      microBatches: 5,
      wordEmbeddings: words,
      ...config,
    },
  });

/** The state and the last norm after so many steps of so many micro-batches. */
async function train(microBatches: number, { steps = 3, ...options }: Options) {
  const trainer = await create(options);
  let norm = 0;
  for (let step = 0; step < steps; step++) {
    const own = Array.from({ length: microBatches }, (_, i) => batch(step + i));
    norm = (await trainer.update(own)).gradientNorm;
  }
  const state = await trainer.state();
  await trainer.dispose();
  return { state, norm };
}

test.each(['dense', 'rows'] as const)(
  'two micro-batches on two lanes are one lane’s, bit for bit, with %s word embeddings',
  async (wordEmbeddings) => {
    const one = await train(2, { lanes: 1, wordEmbeddings });
    expect(await train(2, { lanes: 2, wordEmbeddings })).toEqual(one);
  },
);

test('more of them, which two lanes add up in another order, to rounding; and twice to the same bytes', async () => {
  const options = { wordEmbeddings: 'rows', steps: 1 } as const;
  const one = await train(5, { ...options, lanes: 1 });
  const two = await train(5, { ...options, lanes: 2 });
  expect(two.norm / one.norm).toBeCloseTo(1, 6);
  for (const [name, { data }] of two.state.optimizer) {
    if (!name.startsWith('m:')) continue; // the gradients of one step
    const other = one.state.optimizer.get(name)?.data as Float32Array;
    const apart = (data as Float32Array).map((x, i) => Math.abs(x - (other[i] as number)));
    expect(Math.max(...apart)).toBeLessThan(1e-6);
  }
  expect(await train(5, { ...options, lanes: 2 })).toEqual(two);
});

test('a lane without a micro-batch adds nothing', async () => {
  const one = await train(1, { lanes: 1, wordEmbeddings: 'rows' });
  expect(await train(1, { lanes: 2, wordEmbeddings: 'rows' })).toEqual(one);
});

test('averaged weights follow on two lanes as on one', async () => {
  const one = await train(2, { lanes: 1, emaDecay: 0.9 });
  expect(await train(2, { lanes: 2, emaDecay: 0.9 })).toEqual(one);
});

test('a state restored goes on to the same bytes', async () => {
  const trainer = await create({ lanes: 2 });
  await trainer.update([batch(0), batch(1)]);
  const state = await trainer.state();
  await trainer.update([batch(2), batch(0)]);
  const after = await trainer.state();
  await trainer.restore(state);
  await trainer.update([batch(2), batch(0)]);
  expect(await trainer.state()).toEqual(after);
  await trainer.dispose();
});

test('a second lane whose loss or gradient is not finite, or that is aborted or misfed, leaves weights and step as they were', async () => {
  const trainer = await create({ lanes: 2 });
  await trainer.update([batch(0), batch(1)]);
  const before = await trainer.state();
  const infinite = trainer.update([batch(0), { ...batch(1), weight: Infinity }]);
  await expect(infinite).rejects.toThrow('in batch 0.0, 0.1');
  const overflowing = trainer.update([batch(0), { ...batch(1), weight: 1e38 }]);
  await expect(overflowing).rejects.toThrow('got gradient norm Infinity in batch 0.0, 0.1');
  const controller = new AbortController();
  const aborted = trainer.update([batch(0), batch(1)], { signal: controller.signal });
  controller.abort();
  await expect(aborted).rejects.toThrow('aborted');
  const misfed = { ...(feeds[1] as Feeds), tagIds: { data: Int32Array.of(1), shape: [1, 1] } };
  await expect(trainer.update([batch(0), { feeds: misfed }])).rejects.toThrow('tagIds must be');
  expect(await trainer.state()).toEqual(before);
  const next = await trainer.update([batch(2), batch(0)]);
  const undisturbed = await create({ lanes: 2 });
  await undisturbed.update([batch(0), batch(1)]);
  expect(await undisturbed.update([batch(2), batch(0)])).toEqual(next);
  await trainer.dispose();
  await undisturbed.dispose();
});

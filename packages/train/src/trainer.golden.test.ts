/** AdamW trajectories that PyTorch recorded: bert-tiny (golden adamw.json) and xlmr-tiny, token classification, no dropout. */
import { Runtime } from '@calibre/graph';
import { buildTaggerLoss, type Feeds } from '@calibre/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as bertTiny from '../test/bert-tiny.js';
import golden from '../test/fixtures/adamw.json' with { type: 'json' };
import goldenXlmr from '../test/fixtures/adamw-xlmr.json' with { type: 'json' };
import * as xlmrTiny from '../test/xlmr-tiny.js';
import { type TrainingConfig, trainingDefaults } from './config.js';
import { wordRows } from './fit.js';
import { type MicroBatch, Trainer } from './trainer.js';

const { lr, betas, eps, weight_decay, clip, warm, total, steps } = golden.options;
type WordEmbeddings = TrainingConfig['wordEmbeddings'];
const config = (accumulate: number, wordEmbeddings: WordEmbeddings) => ({
  ...trainingDefaults,
  accumulate,
  steps: total,
  warmupShare: warm / total,
  schedule: 'cosine' as const,
  cycles: 0.5,
  learningRate: lr,
  betas: betas as [number, number],
  epsilon: eps,
  weightDecay: weight_decay,
  clipNorm: clip,
  wordEmbeddings,
});

const labelled = golden.batches.map(
  ({ tokenLabels }) => tokenLabels.flat().filter((label) => label >= 0).length,
);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

const batch = (index: number): MicroBatch => ({ feeds: bertTiny.feeds[index % 3] as Feeds });
const meanOfMeans = (step: number) => [batch(2 * step), batch(2 * step + 1)];
const tokenMean = (step: number) => {
  const pair = [2 * step, 2 * step + 1].map((index) => ({
    ...batch(index),
    weight: labelled[index % 3] as number,
  }));
  const sum = pair.reduce((count, { weight }) => count + weight, 0);
  return pair.map((micro) => ({ ...micro, weight: micro.weight / sum }));
};

describe.each([
  {
    name: 'single',
    of: bertTiny,
    expected: golden.single,
    accumulate: 1,
    batches: (step: number) => [batch(step)],
  },
  {
    name: 'mean of means',
    of: bertTiny,
    expected: golden.accumulated.meanOfMeans,
    accumulate: 2,
    batches: meanOfMeans,
  },
  {
    name: 'token mean',
    of: bertTiny,
    expected: golden.accumulated.tokenMean,
    accumulate: 2,
    batches: tokenMean,
  },
  {
    name: 'XLM-R',
    of: { configuration: xlmrTiny.configuration, weights: xlmrTiny.weights },
    expected: { ...goldenXlmr, embeddingRows: {} },
    accumulate: 1,
    batches: (step: number) => [{ feeds: xlmrTiny.feeds[step % 3] as Feeds }],
  },
])('$name', ({ of: { configuration, weights }, expected, accumulate, batches }) => {
  const rows = wordRows(configuration.encoder);
  test.each(['dense', 'rows'] as const)(
    'losses, norms and weights follow PyTorch to 1e-4 (%s)',
    async (words) => {
      const trainer = await Trainer.create(runtime, {
        network: () => buildTaggerLoss(configuration, { words }),
        rows: words === 'rows' ? rows : undefined,
        weights,
        config: config(accumulate, words),
      });
      for (let step = 0; step < steps; step++) {
        const result = await trainer.update(batches(step));
        const { loss, gradientNorm, learningRate } = expected.steps[
          step
        ] as (typeof expected.steps)[number];
        expect(result.learningRate).toBeCloseTo(learningRate, 12);
        expect(result.loss / loss).toBeCloseTo(1, 4);
        expect(result.gradientNorm / gradientNorm).toBeCloseTo(1, 4);
      }
      const after = await trainer.weights();
      for (const [name, values] of Object.entries(expected.after)) {
        if ('gradientIsNoise' in values) continue;
        const data = after.get(name)?.data as Float32Array;
        const [sum, sumOfSquares] = data.reduce(([s, q], x) => [s + x, q + x * x] as const, [
          0, 0,
        ] as readonly [number, number]);
        values.first.forEach((value, index) => {
          const rounding = 2 ** -22 * Math.abs(value); // float32 against PyTorch's float64
          const difference = Math.abs((data[index] as number) - value);
          expect(difference).toBeLessThan(1e-4 * values.moved + rounding);
        });
        expect(sumOfSquares / values.sumOfSquares).toBeCloseTo(1, 5);
        expect(Math.abs(sum - values.sum)).toBeLessThan(
          1e-4 * Math.sqrt(data.length * values.sumOfSquares),
        );
      }
      const embeddings = after.get(rows.table)?.data as Float32Array;
      for (const { row, after: values } of Object.values(expected.embeddingRows))
        values.forEach((value, index) => {
          expect(embeddings[row * 32 + index]).toBeCloseTo(value, 6);
        });
      await trainer.dispose();
    },
  );
});

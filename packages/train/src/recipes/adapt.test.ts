import { Runtime } from '@calibre/graph';
import type { Span } from '@calibre/metrics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toySentences, toyTokenizer, toyTraining } from '../../test/toy.js';
import type { Checkpoint } from '../checkpoint.js';
import { decisionDefaults } from '../decision.js';
import type { AnsweredCorpus } from '../read-corpus.js';
import { adaptCalibrator } from './adapt.js';
import { trainCalibrator } from './calibrator.js';
import { learningCurve } from './learning-curve.js';
import { trainPbr } from './pbr.js';

let runtime: Runtime;
let from: Checkpoint;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
  const { checkpoint } = await trainPbr({
    examples: toySentences(400),
    from: { tokenizer: toyTokenizer },
    runtime,
    config: { ...toyTraining, steps: 60 },
  });
  from = checkpoint;
}, 60_000);
afterAll(() => runtime.dispose());

const config = { ...toyTraining, steps: 50, folds: 3 };

// A convention of its own: names begin one word earlier than the calibrator has learned; the base leaves that word out.
const shifted = (count: number, seed: number): AnsweredCorpus => {
  const sentences = toySentences(count, { seed });
  return {
    sentences: sentences.map(({ spans: [gold], ...rest }) => {
      const { start, end, label } = gold as Span;
      return { ...rest, spans: [{ start: start - 1, end, label }] };
    }),
    answers: sentences.map(({ spans }) => spans),
  };
};

test('a convention is learned by the network from corrected sentences, and its margins with it', async () => {
  const trainings: string[] = [];
  const { checkpoint, network, decision, estimate } = await adaptCalibrator({
    runtime,
    from,
    corrected: shifted(90, 3),
    config,
    onTraining: ({ number, of, steps }) => trainings.push(`${number}/${of}: ${steps} steps`),
  });
  expect({ network, decision, before: estimate.before }).toEqual({
    network: 'adapted',
    decision: 'adapted',
    before: 0,
  });
  expect(estimate.crossValidated).toBeGreaterThan(0.5);
  expect(checkpoint.configuration.calibrator?.margins.move).toBeLessThan(Infinity);
  expect(trainings).toEqual(['1/4: 50 steps', '2/4: 50 steps', '3/4: 50 steps', '4/4: 50 steps']);
});

describe('a learned decision is learned again with the corrected sentences', () => {
  // A base that loses the last word of longer names.
  const shortened = (count: number, seed: number): AnsweredCorpus => {
    const sentences = toySentences(count, { seed });
    const answers = sentences.map(({ spans: [gold] }) => {
      const { start, end, label } = gold as Span;
      return [{ start, end: Math.max(start + 1, end - 1), label }];
    });
    return { sentences, answers };
  };
  let calibrator: Checkpoint;
  beforeAll(async () => {
    const { sentences } = shortened(300, 6);
    const given = { sentences, development: shortened(120, 7), from, runtime };
    const decided = { decision: { ...decisionDefaults, leastWords: 100 } };
    calibrator = (await trainCalibrator({ ...given, config: { ...config, ...decided } }))
      .checkpoint;
  }, 60_000);

  test('without training the network, and what was learned before stays in it', async () => {
    const before = calibrator.decision?.learnedFrom.right.length as number;
    expect(before).toBeGreaterThan(100);
    const { checkpoint, network, decision, estimate } = await adaptCalibrator({
      runtime,
      from: calibrator,
      corrected: shortened(50, 8),
    });
    expect({ network, decision }).toEqual({ network: 'unchanged', decision: 'adapted' });
    expect(estimate.crossValidated).toBeGreaterThan(estimate.before);
    expect(checkpoint.weights).toBe(calibrator.weights);
    expect(checkpoint.decision?.learnedFrom.right.length).toBeGreaterThan(before);
  });

  test('sentences without an error show nothing new: the checkpoint stays', async () => {
    const { sentences } = shortened(50, 9);
    const corrected = { sentences, answers: sentences.map(({ spans }) => spans) };
    const result = await adaptCalibrator({ runtime, from: calibrator, corrected });
    expect(result.decision).not.toBe('adapted');
    expect(result.estimate.before).toBe(1);
  });
});

test('answers without an error are left alone; labels that no corrected sentence has stay', async () => {
  const sentences = toySentences(30, { seed: 4 }).filter(({ spans: [s] }) => s?.label === 'PER');
  const corrected = { sentences, answers: sentences.map(({ spans }) => spans) };
  const small = { ...config, steps: 5 };
  const result = await adaptCalibrator({ runtime, from, corrected, config: small });
  expect(result.decision).toBe('leave alone');
  expect(result.checkpoint.configuration.calibrator).toMatchObject({
    labels: ['NONE', 'LOC', 'PER'],
    margins: { move: Infinity, drop: Infinity, relabel: Infinity },
  });
});

test('a learning curve measures every size on the same sentences', async () => {
  const options = { runtime, from, corrected: shifted(60, 5), config };
  const [none, some] = await learningCurve(options, { sizes: [0, 30] });
  expect(none).toMatchObject({ sentences: 0, measuredOn: 30, before: 0 });
  expect(some).toMatchObject({ sentences: 30, measuredOn: 30, before: 0 });
  expect(some?.after).toBeGreaterThan(none?.after ?? 1);
});

test('a learning curve that leaves nothing to measure on is refused', async () => {
  const options = { runtime, from, corrected: shifted(10, 5), config };
  await expect(learningCurve(options, { sizes: [0, 10] })).rejects.toThrow('got sizes up to 10');
});

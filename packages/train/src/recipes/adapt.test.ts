import { Runtime } from '@calibre/graph';
import type { Span } from '@calibre/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toySentences, toyTokenizer, toyTraining } from '../../test/toy.js';
import type { Checkpoint } from '../checkpoint.js';
import { adaptCalibrator, learningCurve } from './adapt.js';
import type { AnsweredCorpus } from './calibrator.js';
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

const config = { ...toyTraining, steps: 50 };

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

test('a convention is learned from corrected sentences, and its margins with it', async () => {
  const trainings: string[] = [];
  const { checkpoint, network, fitted, helps } = await adaptCalibrator({
    runtime,
    from,
    corrected: shifted(90, 3),
    config,
    onTraining: ({ number, of, steps }) => trainings.push(`${number}/${of}: ${steps} steps`),
  });
  expect({ network, helps, before: fitted.before }).toEqual({
    network: 'adapted',
    helps: true,
    before: 0,
  });
  expect(fitted.crossValidated).toBeGreaterThan(0.5);
  expect(checkpoint.configuration.calibrator?.margins).toEqual(fitted.margins);
  expect(trainings).toEqual(['1/4: 50 steps', '2/4: 50 steps', '3/4: 50 steps', '4/4: 50 steps']);
});

test('answers without an error are left alone; labels that no corrected sentence has stay', async () => {
  const sentences = toySentences(30, { seed: 4 }).filter(({ spans: [s] }) => s?.label === 'PER');
  const corrected = { sentences, answers: sentences.map(({ spans }) => spans) };
  const result = await adaptCalibrator({
    runtime,
    from,
    corrected,
    config: { ...config, steps: 5 },
  });
  expect(result.helps).toBe(false);
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

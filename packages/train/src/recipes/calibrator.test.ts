import { Runtime } from '@calibre/graph';
import type { Span } from '@calibre/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toySentences, toyTokenizer, toyTraining } from '../../test/toy.js';
import type { Checkpoint } from '../checkpoint.js';
import { trainCalibrator } from './calibrator.js';
import { trainPbr } from './pbr.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

// A base that loses the last word of longer spans and adds a spurious answer to every second sentence.
const answersTo = (sentences: ReturnType<typeof toySentences>): Span[][] =>
  sentences.map(({ spans: [gold] }, index) => {
    const { start, end, label } = gold as Span;
    const initial = { start, end: Math.max(start + 1, end - 1), label };
    return index % 2 === 0 ? [initial] : [initial, { start: 8, end: 9, label: 'LOC' }];
  });

test('a calibrator repairs boundaries and drops spurious answers; its margins are fitted', async () => {
  const sentences = toySentences(400).filter(({ spans: [gold] }) => (gold as Span).end < 8);
  const from = { tokenizer: toyTokenizer };
  const pretrained = await trainPbr({
    examples: sentences,
    from,
    runtime,
    config: { ...toyTraining, steps: 30 },
  });
  const held = toySentences(100, { seed: 2 }).filter(({ spans: [gold] }) => (gold as Span).end < 8);
  const looks: [step: number, score: number][] = [];
  const { checkpoint, fitted } = await trainCalibrator({
    sentences,
    answers: answersTo(sentences),
    replay: sentences,
    development: { sentences: held, answers: answersTo(held) },
    from: pretrained.checkpoint,
    runtime,
    config: { ...toyTraining, steps: 60, selectEverySteps: 30 },
    onRecord: ({ step, score }) => {
      if (score !== undefined) looks.push([step, score]);
    },
  });
  expect(looks.map(([step]) => step)).toEqual([30, 60]);
  const best = Math.max(...looks.map(([, score]) => score));
  expect(fitted?.crossValidated).toBeCloseTo(best, 1); // looks are taken before temperatures are fitted
  expect(fitted?.before).toBeLessThan(0.4);
  expect(fitted?.crossValidated).toBeGreaterThan(0.9);
  expect(fitted?.broken).toBe(0);
  expect(checkpoint.configuration.calibrator?.margins).toEqual(fitted?.margins);
  expect(checkpoint.configuration.calibrator?.temperatures.span).not.toBe(1);
});

test('answers that do not line up with the sentences are refused', async () => {
  const sentences = toySentences(3);
  const pretrained = { tokenizer: toyTokenizer } as unknown as Checkpoint;
  const training = trainCalibrator({ sentences, answers: [[], []], from: pretrained, runtime });
  await expect(training).rejects.toThrow('one list for each of 3 sentences, got 2');
});

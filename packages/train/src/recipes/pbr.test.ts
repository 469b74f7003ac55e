import { Runtime } from '@calibre/graph';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toySentences, toyTokenizer, toyTraining } from '../../test/toy.js';
import type { TrainingRecord } from '../train.js';
import { trainPbr } from './pbr.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

test('a network learns to recover the spans of held-out sentences', async () => {
  const records: TrainingRecord[] = [];
  const { checkpoint, stages } = await trainPbr({
    examples: toySentences(400),
    heldOut: toySentences(100, { seed: 2 }),
    from: { tokenizer: toyTokenizer },
    runtime,
    config: { ...toyTraining, steps: 60 },
    onRecord: (record) => records.push(record),
  });
  const { answers, before, after, fixed, broken } = stages[0]?.recovery.en ?? {};
  expect(answers).toBe(100);
  expect(before).toBeLessThan(50);
  expect(after).toBeGreaterThan(90);
  expect(after).toBe((before ?? 0) + (fixed ?? 0) - (broken ?? 0));
  expect(records.map(({ step }) => step)).toEqual(
    Array.from({ length: 60 }, (_, step) => step + 1),
  );
  expect(checkpoint.configuration.calibrator?.labels).toEqual(['NONE', 'LOC', 'PER']);
});

test('continual learning measures every language after each stage', async () => {
  const examples = [...toySentences(50), ...toySentences(50, { language: 'es' })];
  const { stages } = await trainPbr({
    examples,
    heldOut: examples.slice(40, 60),
    from: { tokenizer: toyTokenizer },
    runtime,
    config: { ...toyTraining, steps: 4, order: 'continual' },
  });
  expect(stages.map(({ name }) => name)).toEqual(['en', 'es']);
  expect(stages.map(({ recovery }) => Object.keys(recovery))).toEqual([
    ['en', 'es'],
    ['en', 'es'],
  ]);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Runtime } from '@calibre/graph';
import type { Span } from '@calibre/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toySentences, toyTokenizer, toyTraining } from '../../test/toy.js';
import { runXglue } from './run-xglue.js';
import { type XglueConfig, xglueDefaults } from './xglue.js';

const folder = mkdtempSync(join(tmpdir(), 'calibre-recipe-'));
let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(async () => {
  await runtime.dispose();
  rmSync(folder, { recursive: true });
});

// A base that loses the last word of longer names.
const development = (language: string, seed: number) => {
  const sentences = toySentences(80, { seed, language });
  const answers = sentences.map(({ spans: [gold] }) => {
    const { start, end, label } = gold as Span;
    return [{ start, end: Math.max(start + 1, end - 1), label }];
  });
  return { sentences, answers };
};
const data = {
  links: [
    ...toySentences(200, { language: 'en' }),
    ...toySentences(200, { seed: 2, language: 'es' }),
  ],
  silver: toySentences(100, { seed: 3, language: 'es' }),
  train: toySentences(200, { seed: 4 }),
  development: { en: development('en', 5), es: development('es', 6) },
  tokenizer: toyTokenizer,
};
const config: Partial<XglueConfig> = {
  seeds: [1],
  recovery: { ...xglueDefaults.recovery, ...toyTraining, steps: 80 },
  calibrator: { ...xglueDefaults.calibrator, ...toyTraining, steps: 40 },
  tagger: { ...xglueDefaults.tagger, ...toyTraining, steps: 20 },
  adapt: { ...xglueDefaults.adapt, ...toyTraining, steps: 10 },
  silverSentences: 50,
  correctedSentences: [20],
};

test('the recipe repairs a base that loses words, in a language whose margins it never saw; a second run makes nothing', async () => {
  const run = async () => {
    let steps = 0;
    const scores = await runXglue({ data, folder, runtime, config, onRecord: () => steps++ });
    return { scores, steps };
  };
  const first = await run();
  const [scores] = first.scores;
  expect(first.steps).toBe(140);
  expect(scores?.zeroShot.es?.before.f1).toBeLessThan(0.5);
  expect(scores?.zeroShot.es?.after.f1).toBeGreaterThan(0.8);
  expect(scores?.crossValidated.es?.interval[0]).toBeGreaterThan(0);
  expect(Object.keys(scores?.ownTagger ?? {})).toEqual(['en', 'es']);
  expect(Object.keys(scores?.adapted[20] ?? {})).toEqual(['es']);
  expect(await run()).toEqual({ scores: first.scores, steps: 0 });
});

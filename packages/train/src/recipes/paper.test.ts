import { Runtime } from '@calibre/graph';
import { entityLossWeights } from '@calibre/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toySentences, toyTokenizer, toyTraining } from '../../test/toy.js';
import { trainCalibrator } from './calibrator.js';
import { paperCalibratorTraining, paperPbr } from './paper.js';
import { trainPbr } from './pbr.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

test('eq 13 with α β γ = .3 .3 .4; units are tokens; continual; margins of 0', () => {
  expect(paperPbr.loss).toEqual({
    pointer: 0.3,
    label: 0.3,
    matching: 0.4,
    maskedLanguageModel: 1,
  });
  expect(paperCalibratorTraining.loss).toEqual(entityLossWeights);
  expect(paperPbr).toMatchObject({
    matchingLoss: { negatives: false },
    wordEmbeddings: 'dense',
    schedule: 'cosineHardRestarts',
    order: 'continual',
    calibrator: { unit: 'token', matching: { form: 'linear' }, wordShapes: false },
  });
});

test('the paper’s two trainings, one after the other, repair boundaries of a toy language', async () => {
  const sentences = toySentences(200);
  const held = toySentences(100, { seed: 2 });
  const cutShort = ({ spans }: (typeof held)[number]) =>
    spans.map(({ start, end, label }) => ({ start, end: Math.max(start + 1, end - 1), label }));
  const pretrained = await trainPbr({
    examples: [...sentences, ...toySentences(200, { language: 'es' })],
    heldOut: held,
    from: { tokenizer: toyTokenizer },
    runtime,
    config: { ...paperPbr, ...toyTraining, steps: 240 },
  });
  expect(pretrained.stages.map(({ name }) => name)).toEqual(['en', 'es']);
  const { before, after } = pretrained.stages.at(-1)?.recovery.en ?? {};
  expect(before).toBeLessThan(50);
  expect(after).toBeGreaterThan(70);
  const { checkpoint, fitted } = await trainCalibrator({
    sentences,
    answers: sentences.map(cutShort),
    development: { sentences: held, answers: held.map(cutShort) },
    from: pretrained.checkpoint,
    runtime,
    config: { ...paperCalibratorTraining, ...toyTraining, steps: 30, selectEverySteps: 0 },
  });
  expect(fitted?.crossValidated).toBeGreaterThan(fitted?.before ?? 1);
  expect(checkpoint.configuration.calibrator).toMatchObject({
    margins: { move: 0, drop: 0, relabel: 0 },
    temperatures: { span: 1, label: 1 },
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Reading } from '../calibrator/decode.js';
import { writeSafetensors } from '../files/safetensors.js';
import { logOdds, probability, type TreeNodes } from './boosted-trees.js';
import { decideByModel, decider } from './decide-by-model.js';
import { type DecisionModel, readDecision, writeDecision } from './decision-model.js';
import { decisionFeatures } from './features.js';
import { TextStatistics } from './text-statistics.js';

const column = (name: (typeof decisionFeatures)[number]) => decisionFeatures.indexOf(name);

/** Two trees: right with odds e^−1, and e^3 more where it was moved. */
const trees: TreeNodes = {
  feature: Int32Array.of(-1, column('moved'), -1, -1),
  threshold: Float32Array.of(0, 0, 0, 0),
  left: Int32Array.of(-1, 2, -1, -1),
  right: Int32Array.of(-1, 3, -1, -1),
  value: Float32Array.of(-1, 0, 0, 3),
  roots: Int32Array.of(0, 1),
};
const labels = ['NONE', 'PER'];
const words = ['Anna', 'Rossi', 'said'];
const initial = { start: 0, end: 1, label: 'PER' };
const reading: Reading = {
  initial: { start: 0, end: 1, score: -0.2, labels: [-5, -0.1] },
  noAnswer: -3,
  answers: [{ start: 0, end: 2, score: -2, labels: [-5, -0.1] }],
};
const passage = { words, answers: [{ initial, reading }] };
const statistics = TextStatistics.of([{ words, spans: [initial] }]);
const learnedFrom = {
  features: new Float32Array(2 * decisionFeatures.length),
  right: Uint8Array.of(0, 1),
};
const model: DecisionModel = { trees, dropBelow: 0.4, leastWords: 3, learnedFrom };
const options = { model, labels, statistics };

test('each tree adds the value of its leaf to the log-odds; a value at the threshold goes left', () => {
  const row = new Float32Array(decisionFeatures.length);
  expect(logOdds(trees, row)).toBe(-1);
  row[column('moved')] = 1;
  expect(logOdds(trees, row)).toBe(2);
  expect(probability(trees, row)).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
});

test('the candidate most likely right is taken, though the network likes another', () => {
  const [result] = decideByModel(passage, options);
  expect(result).toMatchObject({ start: 0, end: 2, label: 'PER', decision: 'moved', initial });
  expect(result?.score).toBeCloseTo(0.8808, 4);
});

test('where none is likely right the answer is dropped, with the probability that it had', () => {
  const alone = { ...reading, answers: [] };
  const [result] = decideByModel({ words, answers: [{ initial, reading: alone }] }, options);
  expect(result).toMatchObject({ ...initial, decision: 'dropped', dropped: 'no answer' });
  expect(result?.score).toBeCloseTo(1 / (1 + Math.E), 6);
});

test('answers that were not read, or have an unknown label, are kept', () => {
  const other = { ...initial, label: 'MISC' };
  const answers = [{ initial: { ...initial, start: 2, end: 3 } }, { initial: other, reading }];
  expect(decideByModel({ words, answers }, options).map(({ decision }) => decision)).toEqual([
    'kept',
    'kept',
  ]);
});

test('a text of too few words is decided by margins, as is a checkpoint without a learned decision', () => {
  const margins = { move: Infinity, drop: Infinity, relabel: Infinity };
  const decisions = [model, { ...model, leastWords: 4 }, undefined].map(
    (own) => decider({ model: own, margins, labels, statistics })(passage)[0]?.decision,
  );
  expect(decisions).toEqual(['moved', 'kept', 'kept']);
});

const folder = mkdtempSync(join(tmpdir(), 'calibre-decision-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a model is read back as it was written; a folder without one has none', async () => {
  expect(await readDecision(folder)).toBeUndefined();
  await writeDecision(folder, model);
  expect(await readDecision(folder)).toEqual(model);
});

test('features of another release are refused', async () => {
  const other = join(folder, 'decision.safetensors');
  await writeSafetensors(other, new Map(), { metadata: { version: '1', features: 'score,gain' } });
  await expect(readDecision(folder)).rejects.toThrow(
    /got version 1 with score,gain; use the release/,
  );
});

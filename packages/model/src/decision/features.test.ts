import { expect, test } from 'vitest';
import type { Reading } from '../calibrator/decode.js';
import { wordShapes } from '../network/word-shape.js';
import { AnsweredPassage } from './answered-passage.js';
import { candidatesOf } from './candidates.js';
import { decisionFeatures, featuresOf } from './features.js';
import { TextStatistics } from './text-statistics.js';

const labels = ['NONE', 'PER', 'LOC'];
const words = ['In', 'New', 'York', 'City', ',', 'today'];
const initial = { start: 1, end: 3, label: 'LOC' };
const reading: Reading = {
  initial: { start: 1, end: 3, score: -1, labels: [-5, -4, -0.1] },
  noAnswer: -3,
  answers: [
    { start: 1, end: 4, score: -0.5, labels: [-6, -7, -0.2] },
    { start: 1, end: 3, score: -1, labels: [-5, -4, -0.1] },
    { start: 2, end: 4, score: -2, labels: [-5, -1, -1] },
  ],
};
const spans = [initial, { start: 3, end: 4, label: 'PER' }];
const statistics = TextStatistics.of([
  { words, spans },
  { words: ['New', 'York', 'won'], spans: [{ start: 0, end: 2, label: 'PER' }] },
  { words: ['New', 'York', 'City'], spans: [{ start: 0, end: 3, label: 'LOC' }] },
]);
const candidates = candidatesOf(initial, reading, labels);
const passage = new AnsweredPassage(words, spans);
const context = { passage, index: 0, reading, labels, statistics };
const rows = featuresOf(candidates, context);
const value = (row: number, name: (typeof decisionFeatures)[number]) =>
  rows[row]?.[decisionFeatures.indexOf(name)] as number;

test('candidates are the initial answer, the best other span, and both with labels that are not hopeless', () => {
  const shown = candidates.map(({ span: { start, end }, label }) => [start, end, labels[label]]);
  expect(shown).toEqual([
    [1, 3, 'LOC'],
    [1, 3, 'PER'],
    [1, 4, 'LOC'], // as PER its log-probability is below −7
  ]);
});

test('of an answer whose label is unknown nothing can be said', () => {
  expect(candidatesOf({ ...initial, label: 'MISC' }, reading, labels)).toEqual([]);
});

test('scores are compared with those of the initial answer', () => {
  expect([value(2, 'score'), value(2, 'gain'), value(2, 'gainOverNoAnswer')]).toEqual([
    -0.5, 0.5, 2.5,
  ]);
  expect(value(1, 'labelGain')).toBeCloseTo(-3.9, 5);
  expect([
    value(0, 'unchanged'),
    value(1, 'unchanged'),
    value(1, 'moved'),
    value(2, 'moved'),
  ]).toEqual([1, 0, 0, 1]);
});

test('agreement counts the same words elsewhere, the answer itself left out', () => {
  expect([value(0, 'agreeing'), value(0, 'disagreeing')]).toEqual([0, Math.fround(Math.log(2))]); // once PER elsewhere
  expect([value(1, 'agreeing'), value(1, 'agreement')]).toEqual([Math.fround(Math.log(2)), 0.5]);
  expect([value(2, 'agreeing'), value(2, 'disagreeing')]).toEqual([Math.fround(Math.log(2)), 0]);
});

test('words are looked up elsewhere, and neighbours with them', () => {
  expect(value(0, 'answered')).toBe(1); // New and York are answered in both other places
  expect(value(0, 'answeredAfter')).toBe(1); // City
  expect(value(0, 'answeredBefore')).toBe(-1); // In occurs nowhere else
});

test('shapes of the words at the edges; −1 beyond the sentence', () => {
  expect(wordShapes[value(2, 'firstShape')]).toBe('capitalised');
  expect(wordShapes[value(2, 'shapeAfter')]).toBe('comma');
  const whole = { ...reading.initial, start: 0, end: 6 };
  const [row] = featuresOf([{ span: whole, label: 2, moved: true, unchanged: false }], context);
  expect([
    row?.[decisionFeatures.indexOf('shapeBefore')],
    row?.[decisionFeatures.indexOf('shapeAfter')],
  ]).toEqual([-1, -1]);
});

test('other initial answers that a candidate overlaps', () => {
  expect([value(0, 'overlapping'), value(2, 'overlapping')]).toEqual([0, 1]);
  expect(value(0, 'baseScore')).toBe(-1);
});

import { expect, test } from 'vitest';
import type { ReadSentence } from './answer-counts.js';
import { type Choice, choicesOf, fitTemperature } from './temperature.js';

// Says 9 to 1 that the first of two is right.
const sure = (right: number): Choice => ({ logits: Float64Array.of(Math.log(9), 0), right });
const repeat = (count: number, choice: Choice) => Array.from({ length: count }, () => choice);

test('probabilities that hold are left alone: 9 to 1, and right 9 times in 10', () =>
  expect(fitTemperature([...repeat(9, sure(0)), sure(1)])).toBeCloseTo(1, 5));

test('9 to 1, but right 3 times in 4: log 9 / T = log 3, so T = 2', () =>
  expect(fitTemperature([...repeat(3, sure(0)), sure(1)])).toBeCloseTo(2, 5));

test('9 to 1, but right 81 times in 82: T = ½', () =>
  expect(fitTemperature([...repeat(81, sure(0)), sure(1)])).toBeCloseTo(0.5, 5));

test('always or never right ends at a bound; without choices T is 1', () => {
  expect(fitTemperature(repeat(5, sure(0)))).toBeCloseTo(1 / 4, 5);
  expect(fitTemperature(repeat(5, sure(1)))).toBeCloseTo(8, 5);
  expect(fitTemperature([])).toBe(1);
});

test('the right choice is the gold answer among the candidates, or none; one that is no candidate is left out', () => {
  const span = (start: number, end: number) => ({ start, end, label: 'PER' });
  const labels = [-3, -0.1];
  const scored = (start: number, end: number, score: number) => ({ start, end, score, labels });
  const initial = span(0, 1);
  const own = scored(0, 1, -1);
  const reading = { initial: own, noAnswer: -2, answers: [own, scored(0, 2, -3)] };
  const read = (gold: ReturnType<typeof span>[]): ReadSentence => ({
    words: [],
    gold,
    answers: [{ initial, reading }],
  });
  const choices = choicesOf([read([span(0, 2)]), read([]), read([span(0, 9)])], {
    labels: ['NONE', 'PER'],
  });
  const logits = Float64Array.of(-2, -1, -3);
  expect(choices.span).toEqual([
    { logits, right: 2 },
    { logits, right: 0 },
  ]);
  expect(choices.label).toEqual([{ logits: Float64Array.of(-3, -0.1), right: 1 }]);
});

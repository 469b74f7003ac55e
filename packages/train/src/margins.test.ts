import type { Span } from '@calibre/metrics';
import { expect, test } from 'vitest';
import type { ReadSentence } from './answer-counts.js';
import { fitMargins, scoreMargins } from './margins.js';

const span = (start: number, end: number): Span => ({ start, end, label: 'PER' });
const right = span(0, 2);
const wrong = span(0, 1);

// One initial answer of which another span is likelier by `gain` in log-probability; no answer is out of the question.
function sentence(initial: Span, gain: number): ReadSentence {
  const other = initial === right ? wrong : right;
  const scored = ({ start, end }: Span, score: number) => ({ start, end, score, labels: [-20, 0] });
  const own = scored(initial, -gain - 0.1);
  const reading = { initial: own, noAnswer: -50, answers: [scored(other, -0.1), own] };
  return { words: [], gold: [right], answers: [{ initial, reading }] };
}
const repeat = <Item>(count: number, item: Item): Item[] =>
  Array.from({ length: count }, () => item);
const options = { labels: ['NONE', 'PER'], seed: 1 };

test('confident moves repair, unsure ones break: the margin stands between them', () => {
  const sentences = [...repeat(20, sentence(wrong, 6.5)), ...repeat(20, sentence(right, 2.5))];
  const fitted = fitMargins(sentences, options);
  expect(fitted).toMatchObject({ before: 0.5, crossValidated: 1, fixed: 20, broken: 0 });
  expect(fitted.margins).toEqual({ move: 6, drop: Infinity, relabel: Infinity });
});

test('when moves break more than they repair the answers are left alone', () => {
  const sentences = [...repeat(10, sentence(wrong, 3)), ...repeat(30, sentence(right, 3))];
  const fitted = fitMargins(sentences, options);
  expect(fitted.margins).toEqual({ move: Infinity, drop: Infinity, relabel: Infinity });
  expect(fitted.crossValidated).toBe(fitted.before);
});

test('a broken answer counts more than a repaired one: 11 for 10 is no gain at a harm weight of 1.5', () => {
  const sentences = [...repeat(11, sentence(wrong, 3)), ...repeat(10, sentence(right, 3))];
  expect(fitMargins(sentences, { ...options, harmWeight: 1.5 }).margins.move).toBe(Infinity);
});

test('dropping spurious answers is fitted by its own margin', () => {
  const answer = (gold: Span[], noAnswer: number): ReadSentence => {
    const own = { start: 0, end: 1, score: -5, labels: [-20, 0] };
    return {
      words: [],
      gold,
      answers: [{ initial: wrong, reading: { initial: own, noAnswer, answers: [own] } }],
    };
  };
  const sentences = [...repeat(20, answer([], -0.5)), ...repeat(20, answer([wrong], -4.5))];
  const fitted = fitMargins(sentences, options);
  expect(fitted.margins.drop).toBe(4);
  expect(fitted).toMatchObject({ crossValidated: 1, fixed: 0, broken: 0 });
});

test('given margins are scored on all sentences: at 0 every likelier span is taken', () => {
  const sentences = [...repeat(3, sentence(wrong, 1)), sentence(right, 1)];
  const margins = { move: 0, drop: 0, relabel: 0 };
  const scored = scoreMargins(sentences, { labels: options.labels, margins });
  expect(scored).toMatchObject({ before: 0.25, crossValidated: 0.75, fixed: 3, broken: 1 });
});

test("'no harm' takes the smallest margin that breaks nothing, with or without a gain", () => {
  const sentences = [...repeat(20, sentence(right, 2.5)), ...repeat(2, sentence(wrong, 4.5))];
  const fitted = fitMargins(sentences, { ...options, rule: 'no harm' });
  expect(fitted.margins).toEqual({ move: 3, drop: 0, relabel: Infinity });
  const none = fitMargins(repeat(20, sentence(right, 2.5)), { ...options, rule: 'no harm' });
  expect(none.margins.move).toBe(3);
});

test('margins to start from stay unless the sentences speak against them', () => {
  const start = { move: 4, drop: 5, relabel: Infinity };
  const silent = fitMargins(repeat(20, sentence(right, 2.5)), { ...options, start });
  expect(silent.margins).toEqual(start);
  const against = fitMargins(repeat(20, sentence(right, 4.5)), { ...options, start });
  expect(against.margins.move).toBe(Infinity);
});

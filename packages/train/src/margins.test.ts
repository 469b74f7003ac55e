import type { Span } from '@calibre/metrics';
import { expect, test } from 'vitest';
import { fitMargins, type MarginsOf } from './margins.js';

type Answer = { initial: Span; moved: Span; gain: number };
const span = (start: number, end: number): Span => ({ start, end, label: 'PER' });
const right = span(0, 2);
const wrong = span(0, 1);

// Moves when the gain in log-probability is above the margin.
const decide = (answers: readonly Answer[], { move }: MarginsOf<'move'>) =>
  answers.map(({ initial, moved, gain }) => (gain > move ? moved : initial));

const sentence = (initial: Span, gain: number) => ({
  gold: [right],
  initial: [initial],
  answers: [{ initial, moved: initial === right ? wrong : right, gain }],
});
const repeat = <Item>(count: number, item: Item): Item[] =>
  Array.from({ length: count }, () => item);

test('confident moves repair, unsure ones break: the margin stands between them', () => {
  const sentences = [...repeat(20, sentence(wrong, 6)), ...repeat(20, sentence(right, 2.5))];
  const fitted = fitMargins({ kinds: ['move'], sentences, decide }, { seed: 1 });
  expect(fitted).toMatchObject({ before: 0.5, crossValidated: 1, fixed: 20, broken: 0 });
  expect(fitted.margins.move).toBe(5);
});

test('when moves break more than they repair the answers are left alone', () => {
  const sentences = [...repeat(10, sentence(wrong, 3)), ...repeat(30, sentence(right, 3))];
  const fitted = fitMargins({ kinds: ['move'], sentences, decide }, { seed: 1 });
  expect(fitted.margins.move).toBe(Number.POSITIVE_INFINITY);
  expect(fitted.crossValidated).toBe(fitted.before);
});

test('harm counts more than help: 11 repaired for 10 broken is no gain at a harm weight of 1.5', () => {
  const sentences = [...repeat(11, sentence(wrong, 3)), ...repeat(10, sentence(right, 3))];
  const margin = (harmWeight: number) =>
    fitMargins({ kinds: ['move'], sentences, decide }, { seed: 1, harmWeight, folds: 3 }).margins
      .move;
  expect(margin(1.5)).toBe(Number.POSITIVE_INFINITY);
});

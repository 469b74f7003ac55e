import type { Span } from '@calibre/metrics';
import { expect, test } from 'vitest';
import type { ReadSentence } from './answer-counts.js';
import { decisionDefaults, fitDecision, statisticsOf } from './decision.js';

const labels = ['NONE', 'PER', 'LOC'];
const PER = (start: number, end: number): Span => ({ start, end, label: 'PER' });

/** `first second said`: the base answers the first word, of which the network likes both as well. */
function sentence(first: string, gold: Span): ReadSentence {
  const scored = (end: number) => ({ start: 0, end, score: -0.7, labels: [-9, -0.1, -3] });
  const reading = { initial: scored(1), noAnswer: -9, answers: [scored(2), scored(1)] };
  return {
    words: [first, 'Rossi', 'said'],
    gold: [gold],
    answers: [{ initial: PER(0, 1), reading }],
  };
}

// What tells them apart is the shape of the first word alone.
const corpus = Array.from({ length: 120 }, (_, index) =>
  index % 3 === 0 ? sentence('Anna', PER(0, 2)) : sentence('anna', PER(0, 1)),
);
const options = { labels, seed: 1 };

test('what the corpus shows of when to move is learned; it is judged on sentences left out', () => {
  const { before, crossValidated, fixed, broken, heldOut } = fitDecision(corpus, options);
  expect(before).toBeCloseTo(2 / 3, 9);
  expect({ crossValidated, fixed, broken }).toEqual({ crossValidated: 1, fixed: 40, broken: 0 });
  expect(heldOut.slice(0, 2)).toEqual([[PER(0, 2)], [PER(0, 1)]]);
});

test('the same sentences give the same trees', () => {
  expect(fitDecision(corpus, options).model).toEqual(fitDecision(corpus, options).model);
});

test('what was learned before is not forgotten, and the corpus counts more', () => {
  const { model } = fitDecision(corpus, options);
  const few = Array.from({ length: 10 }, () => sentence('ANNA', PER(0, 2)));
  const next = fitDecision(few, { ...options, before: model.learnedFrom });
  const [old, fresh] = [model.learnedFrom.right.length, next.model.learnedFrom.right.length];
  expect(fresh - old).toBe(10 * 4); // two spans with two labels, of which one is the answer
  expect(next).toMatchObject({ before: 0, crossValidated: 1 });
});

test('an answer without a likely candidate is dropped', () => {
  const spurious = Array.from({ length: 60 }, () => ({ ...sentence('ANNA', PER(0, 1)), gold: [] }));
  const { heldOut } = fitDecision([...corpus, ...spurious], options);
  expect(heldOut.at(-1)).toEqual([]);
});

test('where the base answers nothing there is nothing to learn and nothing to do', () => {
  const silent = corpus.map((given) => ({ ...given, answers: [] }));
  const { before, crossValidated, model } = fitDecision(silent, options);
  expect([before, crossValidated, model.learnedFrom.right.length]).toEqual([0, 0, 0]);
});

test('where all answers are right nothing is edited', () => {
  const right = corpus.map((given) => ({ ...given, gold: [PER(0, 1)] }));
  expect(fitDecision(right, options)).toMatchObject({ before: 1, crossValidated: 1, broken: 0 });
});

test('where all are wrong and nothing else is right they are dropped', () => {
  const wrong = corpus.map((given) => ({ ...given, gold: [] }));
  expect(fitDecision(wrong, options).heldOut.flat()).toEqual([]);
});

test('statistics count the initial answers, not the gold ones', () => {
  const statistics = statisticsOf(corpus);
  expect(statistics.answers('anna').get('PER')).toBe(120);
  expect(statistics.words).toBe(360);
  expect(decisionDefaults.leastWords).toBeGreaterThan(360); // so this text is too short to ask
});

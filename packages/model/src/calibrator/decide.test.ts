import { describe, expect, test } from 'vitest';
import { decide, decideAll } from './decide.js';
import type { Reading, ScoredAnswer } from './decode.js';
import { finalAnswers } from './settle.js';

const labels = ['NONE', 'PER', 'LOC'];
const free = { move: 0, drop: 0, relabel: 0 };
const PER = [-9, -0.1, -3];
const LOC = [-9, -3, -0.1];
const answer = (start: number, end: number, score: number, by = PER): ScoredAnswer => ({
  start,
  end,
  score,
  labels: by,
});
/** The initial answer [1, 3) PER at −2, the best other one [1, 4) at −1, no answer at −4. */
const reading: Reading = {
  initial: answer(1, 3, -2),
  noAnswer: -4,
  answers: [answer(1, 4, -1, LOC), answer(1, 3, -2)],
};
const initial = { start: 1, end: 3, label: 'PER' };
const decideWith = (margins: Partial<typeof free>, read = reading) =>
  decide(initial, read, { labels, margins: { ...free, ...margins } });

describe('an edit must beat the initial answer by more than its margin', () => {
  test('a move by 1 passes a margin of 0.9', () => {
    const { start, end, decision } = decideWith({ move: 0.9, relabel: Infinity });
    expect([start, end, decision]).toEqual([1, 4, 'moved']);
  });
  test('a move by 1 does not pass a margin of 1', () => {
    const { start, end, decision } = decideWith({ move: 1 });
    expect([start, end, decision]).toEqual([1, 3, 'kept']);
  });
  test('the label is read at the final boundaries', () => {
    expect(decideWith({ relabel: 2 }).label).toBe('LOC'); // moved to [1, 4): LOC by 2.9
    expect(decideWith({ move: Infinity, relabel: 2 }).label).toBe('PER');
  });
  test('a new label alone is relabelled', () => {
    const asLoc = { ...reading, initial: answer(1, 3, -2, LOC) };
    const { label, decision } = decideWith({ move: Infinity, relabel: 2.8 }, asLoc);
    expect([label, decision]).toEqual(['LOC', 'relabelled']);
  });
  test('dropping wins where it gains more than moving', () => {
    const none = { ...reading, noAnswer: -0.5 };
    expect(decideWith({}, none)).toMatchObject({ start: 1, end: 3, decision: 'dropped' });
    expect(decideWith({ drop: 0.6 }, none).decision).toBe('moved'); // gains 0.9 against 1
  });
});

test('the score is the probability of the final answer, and the log-probabilities stay', () => {
  const result = decideWith({});
  expect(result.score).toBeCloseTo(Math.exp(-1), 12);
  expect(result.scores).toEqual({
    initial: -2,
    best: -1,
    noAnswer: -4,
    labelGain: expect.closeTo(2.9, 9),
  });
  expect(result.initial).toBe(initial);
});

test('NONE is never a new label, and an unknown initial label is never changed', () => {
  const none = { ...reading, initial: answer(1, 3, -2, [-0.1, -2, -4]) };
  expect(decideWith({ move: Infinity }, none).label).toBe('PER');
  const other = decide({ ...initial, label: 'MISC' }, reading, { labels, margins: free });
  expect(other.label).toBe('MISC');
});

describe('several answers of one passage', () => {
  const options = { labels, margins: { ...free, relabel: Infinity } };
  const fragment = (
    start: number,
    end: number,
    own: number,
  ): { initial: typeof initial; reading: Reading } => ({
    initial: { start, end, label: 'PER' },
    reading: { initial: answer(start, end, own), noAnswer: -9, answers: [answer(1, 4, -0.1)] },
  });

  test('fragments that become the same answer are merged', () => {
    const results = decideAll([fragment(1, 2, -3), fragment(2, 4, -3)], options);
    expect(results.map(({ decision, dropped }) => [decision, dropped])).toEqual([
      ['moved', undefined],
      ['dropped', 'duplicate'],
    ]);
    expect(finalAnswers(results)).toMatchObject([{ start: 1, end: 4, label: 'PER' }]);
  });

  test('an answer that was right stays; a fragment that became it is the duplicate', () => {
    const right = fragment(1, 4, -0.5);
    const results = decideAll([fragment(1, 2, -3), right], options);
    expect(results.map(({ decision }) => decision)).toEqual(['dropped', 'kept']);
  });

  test('of overlapping answers the likeliest disjoint set stays', () => {
    const kept = {
      initial: { start: 3, end: 5, label: 'PER' },
      reading: { ...fragment(3, 5, -1).reading, answers: [answer(3, 5, -1)] },
    };
    const results = decideAll([fragment(1, 2, -3), kept], options);
    expect(results.map(({ dropped }) => dropped)).toEqual([undefined, 'overlap']);
    expect(results[1]).toMatchObject({ start: 3, end: 5, decision: 'dropped' });
    expect(
      finalAnswers(decideAll([fragment(1, 2, -3), kept], { ...options, overlaps: 'keep' })),
    ).toHaveLength(2);
  });

  test('an answer that was not read is kept as it is', () => {
    expect(decideAll([{ initial }], options)).toEqual([{ ...initial, initial, decision: 'kept' }]);
  });
});

import type { Span } from '@calibre/metrics';
import { describe, expect, test } from 'vitest';
import { goldFor, spuriousAnswer } from './instances.js';
import { randomOf } from './random.js';

const span = (start: number, end: number, label = 'PER'): Span => ({ start, end, label });

describe('gold for an initial answer (decision 0001)', () => {
  test('the largest overlap wins over the same label', () =>
    expect(goldFor(span(2, 6, 'ORG'), [span(0, 3, 'ORG'), span(3, 6)])).toEqual(span(3, 6)));

  test('equal overlap: the same label wins over the leftmost', () =>
    expect(goldFor(span(2, 4, 'LOC'), [span(1, 3), span(3, 5, 'LOC')])).toEqual(span(3, 5, 'LOC')));

  test('equal overlap and label: the leftmost', () =>
    expect(goldFor(span(2, 4), [span(3, 5), span(1, 3)])).toEqual(span(1, 3)));

  test('an answer that only touches a gold one belongs to it', () =>
    expect(goldFor(span(4, 5), [span(2, 4)])).toEqual(span(2, 4)));

  test('one word between them: no answer', () =>
    expect(goldFor(span(5, 6), [span(2, 4)])).toBeUndefined());

  test('both fragments of one name have the whole name as gold', () => {
    const gold = [span(0, 3)];
    expect([span(0, 1), span(2, 3)].map((fragment) => goldFor(fragment, gold))).toEqual([
      gold[0],
      gold[0],
    ]);
  });
});

test('a spurious answer touches no gold answer and mostly begins with a capital', () => {
  const words = ['In', 'Rome', 'the', 'Old', 'man', 'and', 'Sea', 'slept', 'Well'];
  const sentence = { words, spans: [span(1, 2, 'LOC')] };
  const starts = new Map<number, number>();
  for (let seed = 0; seed < 500; seed++) {
    const options = { random: randomOf(seed), labels: ['PER'], lowerCaseShare: 0.15 };
    const answer = spuriousAnswer(sentence, options) as Span;
    expect(goldFor(answer, sentence.spans)).toBeUndefined();
    starts.set(answer.start, (starts.get(answer.start) ?? 0) + 1);
  }
  expect([...starts.keys()].sort()).toEqual([3, 4, 5, 6, 7, 8]);
  expect(starts.get(3)).toBeGreaterThan(4 * (starts.get(4) ?? 0));
});

test('no room for a spurious answer: undefined', () => {
  const sentence = { words: ['Rome'], spans: [span(0, 1, 'LOC')] };
  const options = { random: randomOf(1), labels: ['PER'], lowerCaseShare: 1 };
  expect(spuriousAnswer(sentence, options)).toBeUndefined();
});

test('a lower-case share of 0: no spurious answer begins in lower case', () => {
  const sentence = { words: ['am', 'Abend', 'kam', 'er'], spans: [] };
  for (let seed = 0; seed < 100; seed++) {
    const options = { random: randomOf(seed), labels: ['PER'], lowerCaseShare: 0 };
    expect(spuriousAnswer(sentence, options)?.start ?? 1).toBe(1);
  }
});

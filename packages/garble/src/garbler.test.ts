import type { Span } from '@calibre/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GarbledAnswer, Garbler } from './garbler.js';
import {
  type EditProbability,
  type Garbling,
  parseGarbling,
  serializeGarbling,
} from './garbling.js';
import { editBetween, overlap } from './operation.js';
import { presets } from './presets.js';
import { seededRandom } from './random.js';

/** A garbling that does just these edits to every span. */
const only = (...edits: EditProbability[]): Garbling => ({
  ...presets.uniform,
  maxLength: 1,
  edits: [{ length: 1, label: null, observed: 0, edits }],
  relabelled: 0,
  joined: [],
  spurious: { perWord: 0, lengths: [1], labels: [] },
});

const person: Span = { start: 1, end: 3, label: 'PER' };
const place: Span = { start: 4, end: 5, label: 'LOC' };

test('an impossible draw is drawn again: at the sentence start words can only be added on the right', () => {
  const garbler = new Garbler(
    only(
      { operation: 'super', left: 1, right: 0, p: 0.99 },
      { operation: 'super', left: 0, right: 1, p: 0.01 },
    ),
  );
  const random = seededRandom(1);
  const gold = { start: 0, end: 2, label: 'PER' };
  for (let draw = 0; draw < 50; draw++) {
    const { initial } = garbler.garbleSpan(gold, { words: 9, random });
    expect(initial).toEqual({ start: 0, end: 3, label: 'PER' });
  }
});

test('where nothing is possible the span is kept', () => {
  const garbler = new Garbler(only({ operation: 'sub', left: -1, right: 0, p: 1 }));
  expect(garbler.garbleSpan(place, { words: 9, random: seededRandom(1) })).toEqual({
    initial: place,
    gold: place,
    operation: 'keep',
  });
});

test('accept forbids answers', () => {
  const garbler = new Garbler(presets.uniform);
  const random = seededRandom(2);
  const accept = ({ end }: { end: number }) => end <= 3;
  for (let draw = 0; draw < 200; draw++) {
    expect(
      garbler.garbleSpan(person, { words: 9, random, accept }).initial.end,
    ).toBeLessThanOrEqual(3);
  }
});

test('draws follow the probabilities of the row', () => {
  const garbler = new Garbler(
    only(
      { operation: 'keep', left: 0, right: 0, p: 0.75 },
      { operation: 'super', left: 0, right: 1, p: 0.25 },
    ),
  );
  const random = seededRandom(3);
  const draws = Array.from({ length: 10_000 }, () =>
    garbler.garbleSpan(person, { words: 9, random }),
  );
  const kept = draws.filter(({ operation }) => operation === 'keep').length;
  expect(kept / 10_000).toBeCloseTo(0.75, 1);
});

test('labels change at the given rate, to another label in use', () => {
  const garbler = new Garbler({
    ...only({ operation: 'keep', left: 0, right: 0, p: 1 }),
    relabelled: 0.3,
  });
  const random = seededRandom(4);
  const options = { words: 9, random, labels: ['PER', 'LOC', 'ORG'] };
  const labels = Array.from(
    { length: 9000 },
    () => garbler.garbleSpan(person, options).initial.label,
  );
  const share = (label: string) => labels.filter((other) => other === label).length / 9000;
  expect(share('PER')).toBeCloseTo(0.7, 1);
  expect(share('LOC')).toBeCloseTo(0.15, 1);
  expect(share('ORG')).toBeCloseTo(0.15, 1);
});

test('a sentence: joined neighbours are one answer whose gold span is the larger one', () => {
  const garbling = { ...only({ operation: 'keep', left: 0, right: 0, p: 1 }), joined: [0, 1] };
  const options = { words: 6, random: seededRandom(5) };
  expect(new Garbler(garbling).garbleSentence([place, person], options)).toEqual([
    { initial: { start: 1, end: 5, label: 'PER' }, gold: person, operation: 'joined' },
  ]);
});

test('a sentence: missed spans have no answer, spurious answers have no gold span', () => {
  const garbling: Garbling = {
    ...only({ operation: 'missed', left: 0, right: 0, p: 1 }),
    spurious: { perWord: 1, lengths: [0, 1], labels: [{ label: 'MISC', p: 1 }] },
  };
  const options = { words: 6, random: seededRandom(6) };
  expect(new Garbler(garbling).garbleSentence([person], options)).toEqual([
    { initial: { start: 3, end: 5, label: 'MISC' }, gold: null, operation: 'spurious' },
  ]);
});

test('overlapping or outlying gold spans are refused', () => {
  const garbler = new Garbler(presets.uniform);
  const options = { words: 4, random: seededRandom(7) };
  expect(() => garbler.garbleSentence([person, { ...person, start: 2 }], options)).toThrow(
    /overlap/,
  );
  expect(() => garbler.garbleSpan(place, options)).toThrow(
    /non-empty part of its 4 words, got \[4, 5\)/,
  );
});

const sentence = fc
  .array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 7 }), fc.constantFrom('PER', 'LOC')), {
    maxLength: 6,
  })
  .chain((parts) => {
    let at = 0;
    const spans = parts.map(([gap, length, label]): Span => {
      const start = at + gap;
      at = start + length;
      return { start, end: at, label };
    });
    return fc.record({
      spans: fc.constant(spans),
      words: fc.integer({ min: Math.max(1, at), max: at + 5 }),
    });
  });

const preset = fc.constantFrom(presets.table1, presets.uniform);

const garbleBoth = (spans: Span[], words: number, garbling: Garbling, seed: number) => {
  const garbler = new Garbler(garbling);
  const options = { words, random: seededRandom(seed), labels: ['PER', 'LOC'] };
  return {
    single: spans.map((span) => garbler.garbleSpan(span, options)),
    whole: garbler.garbleSentence(spans, options),
  };
};

test('answers stay in the sentence, name their operation rightly and never overlap', () => {
  fc.assert(
    fc.property(sentence, preset, fc.integer(), ({ spans, words }, garbling, seed) => {
      const { single, whole } = garbleBoth(spans, words, garbling, seed);
      expect(single.map(({ gold }) => gold)).toEqual(spans);
      for (const { initial, gold, operation } of [...single, ...whole]) {
        expect(initial.start).toBeGreaterThanOrEqual(0);
        expect(initial.end).toBeLessThanOrEqual(words);
        if (gold === null || operation === 'split' || operation === 'joined') continue;
        expect(editBetween(gold, initial)?.operation).toBe(operation);
      }
      whole.reduce((before: GarbledAnswer | undefined, after) => {
        if (before) expect(overlap(before.initial, after.initial)).toBeLessThanOrEqual(0);
        return after;
      }, undefined);
    }),
  );
});

test('the same seed gives the same answers', () => {
  fc.assert(
    fc.property(sentence, preset, fc.integer(), ({ spans, words }, garbling, seed) => {
      expect(garbleBoth(spans, words, garbling, seed)).toEqual(
        garbleBoth(spans, words, garbling, seed),
      );
    }),
  );
});

test('a garbling read back from its JSON is equal', () => {
  expect(parseGarbling(serializeGarbling(presets.table1))).toEqual(presets.table1);
});

test('a garbling that is none is refused with the place', () => {
  const broken = serializeGarbling(presets.table1).replace(
    '"operation":"keep"',
    '"operation":"hide"',
  );
  expect(() => parseGarbling(broken)).toThrow(
    /edits\[0\]\.operation must be one of keep, super.*got "hide"/,
  );
  expect(() => parseGarbling('{}')).toThrow(/version must be 1, got undefined/);
  expect(() => parseGarbling(serializeGarbling({ ...presets.uniform, relabelled: 2 }))).toThrow(
    /relabelled must be a probability, got 2/,
  );
});

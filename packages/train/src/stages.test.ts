import { expect, test } from 'vitest';
import { stagesOf } from './stages.js';

test('continual: a quarter of each later stage repeats the languages before it, evenly', () =>
  expect(stagesOf(['en', 'es', 'de'], { order: 'continual' })).toEqual([
    { name: 'en', shares: { en: 1 } },
    { name: 'es', shares: { en: 0.25, es: 0.75 } },
    { name: 'de', shares: { en: 0.125, es: 0.125, de: 0.75 } },
  ]));

test('sequential: nothing is repeated', () =>
  expect(stagesOf(['en', 'es'], { order: 'sequential' })).toEqual([
    { name: 'en', shares: { en: 1 } },
    { name: 'es', shares: { es: 1 } },
  ]));

test('mixed: one stage of all', () =>
  expect(stagesOf(['en', 'es'], { order: 'mixed' })).toEqual([
    { name: 'en+es', shares: { en: 0.5, es: 0.5 } },
  ]));

test('a replay share of 1 would learn nothing new: an error', () =>
  expect(() => stagesOf(['en'], { order: 'continual', replayShare: 1 })).toThrow('below 1'));

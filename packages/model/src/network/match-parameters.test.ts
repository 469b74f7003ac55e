import { describe, expect, test } from 'vitest';
import { encoderOfSize } from './encoder-configuration.js';
import { loadParameters, matchParameters } from './match-parameters.js';
import type { ParameterSpecification } from './parameters.js';

const encoder = encoderOfSize('tiny', { vocabularySize: 4 });
const gain = 'bert.embeddings.LayerNorm.weight';
const specifications: ParameterSpecification[] = [
  { name: gain, shape: [2], start: 'ones' },
  { name: 'classifier.bias', shape: [3], start: 'zeros' },
];
const entries = (shapes: Record<string, number[]>) =>
  new Map(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      { type: 'F32' as const, shape, start: 0, end: 0 },
    ]),
  );
const match = (shapes: Record<string, number[]>, heads: 'required' | 'optional' = 'optional') =>
  matchParameters(entries(shapes), specifications, { encoder, heads });

test.each([
  [gain],
  ['embeddings.LayerNorm.weight'],
  ['bert.embeddings.LayerNorm.gamma'],
  ['embeddings.LayerNorm.gamma'],
])('a LayerNorm’s gain may be stored as %s', (stored) =>
  expect(match({ [stored]: [2] }).stored.get(gain)).toBe(stored),
);

test('heads that are missing or of another shape are fresh, tensors without use are said', () => {
  const { fresh, unused } = match({
    [gain]: [2],
    'classifier.bias': [9],
    'bert.embeddings.position_ids': [1, 4],
  });
  expect(fresh.map(({ name }) => name)).toEqual(['classifier.bias']);
  expect(unused).toEqual(['classifier.bias', 'bert.embeddings.position_ids']);
});

describe('an error names', () => {
  test('a tensor of the encoder that is missing', () =>
    expect(() => match({})).toThrow(`must hold ${gain} [2], got no such tensor`));
  test('a tensor of the encoder with another shape', () =>
    expect(() => match({ [gain]: [3] })).toThrow(
      `${gain} must be [2] as config.json says, got [3]`,
    ));
  test('a head that is required', () =>
    expect(() => match({ [gain]: [2] }, 'required')).toThrow('must hold classifier.bias'));
});

test('training starts from what is stored and from fresh heads', async () => {
  const store = {
    entries: entries({ [gain]: [2] }),
    read: async () => ({ data: Float32Array.of(7, 8), shape: [2] }),
  };
  const { values } = await loadParameters(store, specifications, { encoder, random: () => 0.5 });
  expect(values.get(gain)?.data).toEqual(Float32Array.of(7, 8));
  expect(values.get('classifier.bias')?.data).toEqual(new Float32Array(3));
});

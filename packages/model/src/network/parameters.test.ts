import { expect, test } from 'vitest';
import { calibratorParameters } from './calibrator-network.js';
import { calibratorDefaults } from './configuration.js';
import { encoderOfSize } from './encoder-configuration.js';
import { initialParameters } from './parameters.js';

/** Uniform numbers by a linear congruence; good enough to look at means. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('weights are normal with the given deviation, biases 0, gains 1', () => {
  const values = initialParameters(
    [
      { name: 'w', shape: [100, 101], start: 'normal' },
      { name: 'b', shape: [2], start: 'zeros' },
      { name: 'g', shape: [2], start: 'ones' },
    ],
    { random: uniform(1), deviation: 0.02 },
  );
  const weights = values.get('w')?.data ?? new Float32Array();
  const mean = weights.reduce((a, b) => a + b) / weights.length;
  const deviation = Math.sqrt(
    weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / weights.length,
  );
  expect(Math.abs(mean)).toBeLessThan(0.001);
  expect(deviation).toBeCloseTo(0.02, 3);
  expect([...(values.get('b')?.data ?? []), ...(values.get('g')?.data ?? [])]).toEqual([
    0, 0, 1, 1,
  ]);
});

test('one seed gives the same weights, another seed others; the initial-index embedding starts at zero', () => {
  const encoder = encoderOfSize('tiny', { vocabularySize: 20, layers: 1, width: 8, heads: 2 });
  const model = { encoder, tags: [], calibrator: calibratorDefaults };
  const draw = (seed: number) =>
    initialParameters(calibratorParameters(model), { random: uniform(seed), deviation: 0.02 });
  const query = 'bert.encoder.layer.0.attention.self.query.weight';
  expect(draw(1).get(query)).toEqual(draw(1).get(query));
  expect(draw(1).get(query)).not.toEqual(draw(2).get(query));
  expect(
    draw(1)
      .get('calibrator.index_embeddings.weight')
      ?.data.every((x) => x === 0),
  ).toBe(true);
});

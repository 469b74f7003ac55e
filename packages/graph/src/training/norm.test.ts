import { afterAll, beforeAll, expect, test } from 'vitest';
import { Runtime } from '../runtime/runtime.js';
import { clipFactor, sumGradients } from './norm.js';
import { gradientName } from './outputs.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

const put = (name: string, values: readonly number[]) =>
  runtime.put(name, { data: Float32Array.from(values), shape: [values.length] });
const parameters = new Map([
  ['a', [2]],
  ['b', [1]],
]);

test('each parameter’s gradient has its squared norm', async () => {
  await put('gradient:a', [2, 3]);
  await put('gradient:b', [6]);
  const { graph, keep } = sumGradients(parameters);
  const { squaredNorms } = await (await runtime.load(graph)).run({}, { keep });
  expect(squaredNorms?.data).toEqual(Float32Array.of(13, 36));
});

test('gradients of several lanes are added up, and the norms are of the sums', async () => {
  await put('gradient:a', [1, 1]);
  await put('gradient:b', [1]);
  await put('other:a', [1, 2]);
  await put('other:b', [5]);
  const { graph, keep } = sumGradients(parameters, {
    addends: [(name) => `other:${name}`, gradientName],
  });
  const { squaredNorms } = await (await runtime.load(graph)).run({}, { keep });
  expect(squaredNorms?.data).toEqual(Float32Array.of(13, 36));
  expect((await runtime.get('gradient:a')).data).toEqual(Float32Array.of(2, 3));
  expect((await runtime.get('other:a')).data).toEqual(Float32Array.of(1, 2));
});

test('gradients above the limit are scaled to it, others not at all', () => {
  expect(clipFactor(5, 1)).toBeCloseTo(0.2, 6);
  expect(clipFactor(0.5, 1)).toBe(1);
  expect(clipFactor(5, Infinity)).toBe(1);
});

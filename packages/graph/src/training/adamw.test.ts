import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowState } from '../runtime/rows.js';
import { Runtime } from '../runtime/runtime.js';
import { type AdamWGraphOptions, adamW } from './adamw.js';
import { gradientName } from './outputs.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

const put = (name: string, values: readonly number[], shape: readonly number[]) =>
  runtime.put(name, { data: Float32Array.from(values), shape });
const get = async (name: string) => [...((await runtime.get(name)).data as Float32Array)];

/** PyTorch's formula for one number, in float64. */
function reference({
  weight,
  gradients,
  learningRate,
  weightDecay,
}: {
  weight: number;
  gradients: readonly number[];
  learningRate: number;
  weightDecay: number;
}): number {
  let [p, m, v] = [weight, 0, 0];
  gradients.forEach((g, i) => {
    p *= 1 - learningRate * weightDecay;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    p -=
      (learningRate * (m / (1 - 0.9 ** (i + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (i + 1))) + 1e-8);
  });
  return p;
}

async function train(
  gradients: readonly (readonly number[])[],
  options: AdamWGraphOptions,
  { learningRate = 0.01, clipFactor = 1 } = {},
) {
  const update = adamW(new Map([['w', [2]]]), options);
  await put('w', [1, -2], [2]);
  for (const [name, shape] of update.state)
    await put(name, name.startsWith('average') ? [1, -2] : [0, 0], shape);
  const program = await runtime.load(update.graph);
  for (const [i, gradient] of gradients.entries()) {
    await put(gradientName('w'), gradient, [2]);
    await program.run(update.feeds({ learningRate, step: i + 1, clipFactor }), {
      fetch: [],
      keep: update.keep,
    });
  }
  await program.dispose();
}

test('three steps equal PyTorch’s formula', async () => {
  const gradients = [
    [0.5, -3],
    [0.1, 2],
    [-4, 0],
  ] as const;
  await train(gradients, { weightDecay: 0.1 });
  const expected = [1, -2].map((weight, i) =>
    reference({
      weight,
      gradients: gradients.map((g) => g[i] as number),
      learningRate: 0.01,
      weightDecay: 0.1,
    }),
  );
  const got = await get('w');
  got.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 6);
  });
});

test('the clip factor scales the gradient', async () => {
  await train([[3, 4]], {}, { clipFactor: 0.2 });
  const [first] = await get('m:w'); // m / (1 − β₁) = scaled gradient
  expect(first).toBeCloseTo(0.6, 5);
});

test('a parameter outside the decay group does not decay', async () => {
  await train([[0, 0]], { weightDecay: 0.5, decays: (name) => name !== 'w' });
  expect(await get('w')).toEqual([1, -2]);
});

test('the average follows the weights', async () => {
  await train([[1, 1]], { weightDecay: 0, averageDecay: 0.75 }, { learningRate: 0.04 });
  const [weight, average] = [await get('w'), await get('average:w')];
  expect(average[0]).toBeCloseTo(0.75 * 1 + 0.25 * (weight[0] as number), 6);
});

test('rows that every step meets move as under dense AdamW; a row met again has decayed meanwhile', async () => {
  await put('table', [1, -2, 5, 5, 1, 1], [3, 2]);
  for (const [name, shape] of rowState('table', [3, 2]))
    await put(name, Array(shape.reduce((a, b) => a * b)).fill(0), shape);
  const options = { weightDecay: 0.1, learningRate: 0.01 };
  const gradients = [
    [0.5, -3],
    [0.1, 2],
    [-4, 0],
  ] as const;
  for (const [i, gradient] of gradients.entries()) {
    const ids = i === 2 ? Int32Array.of(0, 2) : Int32Array.of(0);
    await put('d', i === 2 ? [...gradient, 1, 1] : gradient, [ids.length, 2]);
    await runtime.collectRows({ table: 'table', gradient: 'd', ids });
    await runtime.updateRows({ table: 'table', step: i + 1, ...options });
  }
  const expected = [1, -2].map((weight, i) =>
    reference({ weight, gradients: gradients.map((g) => g[i] as number), ...options }),
  );
  const late = reference({ weight: 1, gradients: [0, 0, 1], ...options });
  const got = await get('table');
  [...expected, 5, 5, late, late].forEach((value, i) => {
    expect(got[i]).toBeCloseTo(value, 6);
  });
  await runtime.settleRows('table');
  expect((await get('table'))[2]).toBeCloseTo(5 * 0.999 ** 3, 6);
});

test('equal ids add up, the padding row stays out, and the norm is of the sums', async () => {
  await put('t', [0, 0, 0, 0], [2, 2]);
  await put('d', [1, 2, 2, 2, 9, 9], [3, 2]);
  const norm = await runtime.collectRows({
    table: 't',
    gradient: 'd',
    ids: Int32Array.of(1, 1, 0),
    paddingId: 0,
  });
  expect(norm).toBe(25); // (1+2)² + (2+2)²
});

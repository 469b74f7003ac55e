import { afterAll, beforeAll, expect, test } from 'vitest';
import { denseAdamW } from '../../test/dense-adamw.js';
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
    denseAdamW(
      weight,
      gradients.map((g) => ({ gradient: g[i] as number, learningRate: 0.01 })),
      { weightDecay: 0.1 },
    ),
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

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { denseAdamW } from '../../test/dense-adamw.js';
import { Graph } from '../graph.js';
import { rowState } from './rows.js';
import { Runtime } from './runtime.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

const put = (name: string, values: readonly number[], shape: readonly number[]) =>
  runtime.put(name, { data: Float32Array.from(values), shape });
const get = async (name: string) => [...((await runtime.get(name)).data as Float32Array)];

const options = { weightDecay: 0.1, betas: [0.9, 0.98] as const };
/** Rises from 0, then falls to 0.01. */
const learningRateAt = (step: number): number => 0.1 * Math.min((step - 1) / 3, 1 / (step - 1));
const stepCount = 11;
/** The gradients of each row of a table [4, 2], by the step in which a batch meets it. */
const gradients: readonly Readonly<Record<number, readonly [number, number]>>[] = [
  Object.fromEntries(Array.from({ length: stepCount }, (_, i) => [i + 1, [0.5 - i, 3 * i - 7]])),
  { 3: [0.4, -2] },
  { 1: [1, 1], 5: [-0.2, 0.1], 6: [0, 3] },
  {},
];
const start = [1, -2, 0.3, 0.4, -5, 5, 7, -7];

/** One step of a table that the residents `table` and its state hold. */
async function update(step: number): Promise<void> {
  const met = gradients.flatMap((byStep, row) => (byStep[step] ? [{ row, d: byStep[step] }] : []));
  const ids = Int32Array.from(met, ({ row }) => row);
  await put(
    'd',
    met.flatMap(({ d }) => [...d]),
    [met.length, 2],
  );
  await runtime.collectRows({ table: 'table', gradients: [{ name: 'd', ids }] });
  await runtime.updateRows({
    ...options,
    table: 'table',
    step,
    learningRate: learningRateAt(step),
  });
}

/** What dense AdamW makes of each weight in steps 1…last. */
const dense = (last: number): number[] =>
  start.map((weight, i) => {
    const steps = Array.from({ length: last }, (_, before) => ({
      gradient: gradients[i >> 1]?.[before + 1]?.[i % 2] ?? 0,
      learningRate: learningRateAt(before + 1),
    }));
    return denseAdamW(weight, steps, options);
  });

beforeEach(async () => {
  await put('table', start, [4, 2]);
  for (const [name, shape] of rowState('table', [4, 2]))
    await put(name, Array(shape.reduce((a, b) => a * b)).fill(0), shape);
});

const expectClose = (got: readonly number[], expected: readonly number[]) =>
  expected.forEach((value, i) => {
    expect(Math.abs((got[i] as number) - value), `[${i}]`).toBeLessThan(2e-6 * Math.abs(value));
  });

test('settled, rows met always, once, sometimes and never are where dense AdamW has them', async () => {
  for (let step = 1; step <= stepCount; step++) await update(step);
  await runtime.settleRows('table');
  expectClose(await get('table'), dense(stepCount));
});

test('rows read in training are where dense AdamW has them, read otherwise as they are; neither changes the table', async () => {
  const graph = new Graph('read');
  graph.output('y', graph.input('rows', ['B', 2]).mul(1));
  const program = await runtime.load(graph);
  const read = async (makesUp: boolean) => {
    const rows = { rows: 'table', ids: Int32Array.of(2, 1), shape: [2, 2], makesUp };
    const { y } = await program.run({ rows });
    return Array.from(y?.data as Float32Array);
  };
  for (let step = 1; step <= 4; step++) await update(step);
  const before = await get('table');
  expect(await read(false)).toEqual([...before.slice(4, 6), ...before.slice(2, 4)]);
  const expected = dense(4);
  expectClose(await read(true), [...expected.slice(4, 6), ...expected.slice(2, 4)]);
  expect(await get('table')).toEqual(before);
});

test('a step left out is refused, and betas with which rows would run away', async () => {
  const step = { table: 'table', step: 1, learningRate: 0.1 };
  await runtime.updateRows(step);
  await expect(runtime.updateRows({ ...step, step: 3 })).rejects.toThrow(
    'rows of table: the next step is 2, got 3; update a table at every step',
  );
  await expect(runtime.updateRows({ ...step, step: 2, betas: [0.9, 0.8] })).rejects.toThrow(
    'rows of table: β₁² must be below β₂, got β₁ 0.9 and β₂ 0.8; keep the table in the graph',
  );
});

test('equal ids add up, the padding row stays out, and the norm is of the sums', async () => {
  await put('d', [1, 2, 2, 2, 9, 9], [3, 2]);
  const ids = Int32Array.of(1, 1, 0);
  const norm = await runtime.collectRows({
    table: 'table',
    gradients: [{ name: 'd', ids }],
    paddingId: 0,
  });
  expect(norm).toBe(25); // (1+2)² + (2+2)²
  await runtime.updateRows({ table: 'table', step: 1, learningRate: 0.1 }); // forgets what was collected
});

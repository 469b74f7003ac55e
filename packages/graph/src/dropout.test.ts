import { afterAll, beforeAll, expect, test } from 'vitest';
import { DropoutSeed, dropout } from './dropout.js';
import { Graph } from './graph.js';
import { Runtime } from './runtime/runtime.js';

const [rows, columns, rate] = [400, 256, 0.1];
let runtime: Runtime;
let masks: (seed: number, step: number) => Promise<readonly (readonly boolean[])[]>;

beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
  const graph = new Graph('dropout');
  const seed = new DropoutSeed(graph);
  const ones = graph.input('ones', ['R', columns]);
  for (const layer of ['first', 'second']) graph.output(layer, dropout(ones, { rate, seed }));
  const program = await runtime.load(graph);
  masks = async (seed, step) => {
    const feeds = {
      ones: { data: new Float32Array(rows * columns).fill(1), shape: [rows, columns] },
      dropoutSeed: { data: Uint32Array.of(seed, step), shape: [2] },
    };
    const { first, second } = await program.run(feeds);
    return [first, second].map((mask) =>
      Array.from(mask?.data as Float32Array, (value) => value !== 0),
    );
  };
});
afterAll(() => runtime.dispose());

const share = (flags: readonly boolean[]) => flags.filter(Boolean).length / flags.length;

test('the share that is kept is 1 − rate, and kept elements are independent of their neighbours', async () => {
  for (const [seed, step] of [
    [1, 1],
    [1, 2],
    [2, 1],
    [0, 0],
  ] as const) {
    const [mask] = await masks(seed, step);
    const kept = mask as readonly boolean[];
    expect(share(kept)).toBeCloseTo(0.9, 2);
    for (const distance of [1, 2, columns, columns + 1]) // right, two right, below, diagonal
      expect(
        share(kept.slice(distance).map((flag, i) => flag && (kept[i] as boolean))),
      ).toBeCloseTo(0.81, 2);
    for (let row = 0; row < rows; row++)
      expect(share(kept.slice(row * columns, (row + 1) * columns))).toBeGreaterThan(0.78);
  }
});

test('layers, steps and seeds drop independently; the same ones drop the same', async () => {
  const [first, second] = (await masks(7, 3)) as [boolean[], boolean[]];
  const [again] = await masks(7, 3);
  expect(again).toEqual(first);
  const others = [second, ...(await masks(7, 4)), ...(await masks(8, 3))];
  for (const other of others)
    expect(share(other.map((flag, i) => flag && (first[i] as boolean)))).toBeCloseTo(0.81, 2);
});

test('without a seed, or with rate 0, nothing happens', () => {
  const graph = new Graph();
  const x = graph.input('x', ['B']);
  expect(dropout(x, { rate: 0.5 })).toBe(x);
  expect(dropout(x, { rate: 0, seed: new DropoutSeed(graph) })).toBe(x);
  expect(() => dropout(x, { rate: 1 })).toThrow('dropout: rate must be in [0, 1), got 1');
});

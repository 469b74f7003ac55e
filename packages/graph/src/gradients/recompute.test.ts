import { expect, test } from 'vitest';
import { bindings } from '../../test/cases.js';
import { Training } from '../../test/network.js';
import { evaluateGraph, type Value } from '../../test/reference.js';
import { gelu, layerNorm } from '../functions.js';
import { Graph } from '../graph.js';
import { reachable } from '../reachable.js';
import { Runtime } from '../runtime/runtime.js';
import type { Tensor } from '../tensor.js';
import { gradients } from './gradients.js';

type Block = <T>(graph: Graph, build: () => T) => T;
const kept: Block = (_, build) => build();
const recomputed: Block = (graph, build) => graph.recompute(build);

/** Two layers of x [B,3], scaled by exp(s): the gradients of all inputs, or with order 2 those of the sum of their squares. */
function network(block: Block, order: 1 | 2): Graph {
  const graph = new Graph('blocks');
  const [x, s, g, w] = [
    graph.input('x', ['B', 3]),
    graph.input('s', []),
    graph.parameter('g', [3]),
    graph.parameter('w', [3, 3]),
  ];
  const scale = s.exp();
  const layer = (y: Tensor) =>
    block(graph, () => layerNorm(gelu(y.matmul(w)).mul(scale), g, g, { epsilon: 0.1 }));
  const loss = layer(layer(x)).square().sum();
  const of = [x, s, g, w];
  const first = gradients(loss, of);
  const squares = first.map((d) => d.square().sum()).reduce((a, b) => a.add(b));
  const results = order === 1 ? first : gradients(squares, of);
  for (const [i, d] of results.entries()) graph.output(`d${i}`, d);
  return graph;
}

const feeds: ReadonlyMap<string, Value> = new Map([
  ['x', { data: [0.3, -1.2, 0.7, 2, -0.4, 0.1], shape: [2, 3] }],
  ['s', { data: [0.2], shape: [] }],
  ['g', { data: [1, 0.5, -2], shape: [3] }],
  ['w', { data: [0.4, -0.3, 1, 0.2, 0.9, -0.6, 0.1, 0.8, -0.7], shape: [3, 3] }],
]);

test.each([1, 2] as const)('gradients of order %i are those of a graph that keeps all', (order) => {
  const run = (block: Block) => evaluateGraph(network(block, order), feeds, bindings);
  const [got, expected] = [run(recomputed), run(kept)];
  for (const [name, { data }] of expected)
    data.forEach((value, i) => {
      expect(got.get(name)?.data[i], `${name}[${i}]`).toBeCloseTo(value, 10);
    });
});

test('a block is computed again, once; what lies outside is not', () => {
  const count = (block: Block, operator: string) =>
    reachable([...network(block, 1).outputs.values()]).filter((node) => node.operator === operator)
      .length;
  expect([count(kept, 'LayerNorm'), count(recomputed, 'LayerNorm')]).toEqual([2, 4]);
  expect([count(kept, 'Exp'), count(recomputed, 'Exp')]).toEqual([3, 3]); // exp(s), and a density of each GELU
});

test('training goes the same way, dropout included', async () => {
  const losses = async (recompute: boolean) => {
    const runtime = await Runtime.start({ threads: 1 });
    try {
      return await new Training(runtime, { recompute }).steps(1, 5);
    } finally {
      await runtime.dispose();
    }
  };
  const expected = await losses(false);
  (await losses(true)).forEach((loss, i) => {
    expect(loss).toBeCloseTo(expected[i] as number, 4);
  });
});

test('a run needs less memory', async () => {
  const blocks = 8;
  const size = 2 ** 20; // numbers: 4 MiB a tensor
  /** MiB by which a run of blocks of eight tensors raised the peak of this process. */
  const raised = async (block: Block) => {
    const graph = new Graph('chain');
    const input = graph.input('x', ['N']);
    let y = input;
    for (let i = 0; i < blocks; i++)
      y = block(graph, () => {
        let z = y;
        for (let j = 0; j < 8; j++) z = z.tanh();
        return z;
      });
    graph.output('d', gradients(y.sum(), [input])[0] as Tensor);
    const runtime = await Runtime.start({ threads: 1 });
    const program = await runtime.load(graph);
    const before = process.resourceUsage().maxRSS;
    await program.run({ x: { data: new Float32Array(size).fill(0.5), shape: [size] } });
    await runtime.dispose();
    return (process.resourceUsage().maxRSS - before) / 1024;
  };
  const withBlocks = await raised(recomputed);
  expect(withBlocks).toBeLessThan(130); // 8 kept between blocks, 8 inside one, and a few: 4 MiB each
  expect(withBlocks + (await raised(kept))).toBeGreaterThan(4 * 8 * blocks); // all 64
});

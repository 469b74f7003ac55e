import { expect, test } from 'vitest';
import { attention, gelu } from '../functions.js';
import { gradients } from '../gradients/gradients.js';
import { Graph } from '../graph.js';
import { reachable } from '../reachable.js';
import type { Tensor } from '../tensor.js';
import { computeAgain } from './compute-again.js';
import { expandComposites } from './expand-composites.js';

/** How often the outputs need an operator. */
const count = (graph: Graph, operator: string): number =>
  reachable([...graph.outputs.values()]).filter((node) => node.operator === operator).length;

/** y = (a∘b) W with its gradients for a leaf and W, where a and b are what `factors` makes of the leaf. */
function build(factors: (x: Tensor) => readonly [Tensor, Tensor]): Graph {
  const graph = new Graph();
  const x = graph.input('x', ['B', 4]);
  const weight = graph.parameter('w', [4, 2]);
  const [a, b] = factors(x);
  const loss = a.mul(b).matmul(weight).sum();
  graph.output('loss', loss);
  gradients(loss, [x, weight]).forEach((gradient, i) => {
    graph.output(`d${i}`, gradient);
  });
  return graph;
}

test('a product whose factors gradients read anyway is computed again for them', () => {
  const graph = build((x) => [x.exp(), x.tanh()]);
  const rewritten = computeAgain(graph);
  expect(count(rewritten, 'Mul')).toBe(count(graph, 'Mul') + 1);
  expect(count(rewritten, 'MatMul')).toBe(count(graph, 'MatMul'));
});

test('not one with a factor that would be kept for it alone, nor one of a scalar', () => {
  const step = (x: Tensor) => x.greater(0).cast('float32');
  for (const graph of [build((x) => [x.add(1), step(x)]), build((x) => [x.exp(), x.exp().sum()])])
    expect(count(computeAgain(graph), 'Mul')).toBe(count(graph, 'Mul'));
});

test('1 + erf(u) of GELU is computed again, so that only u is kept', () => {
  const graph = new Graph();
  const [x, weight] = [graph.input('x', ['B', 4]), graph.parameter('w', [4, 2])];
  const loss = gelu(x).matmul(weight).sum();
  gradients(loss, [x, weight]).forEach((gradient, i) => {
    graph.output(`d${i}`, gradient);
  });
  const expanded = expandComposites(graph);
  expect(count(expanded, 'Erf')).toBe(1);
  expect(count(computeAgain(expanded), 'Erf')).toBe(2);
});

test('what attention gives is transposed again for the weight behind it', () => {
  const graph = new Graph();
  const [x, weight] = [graph.input('x', ['B', 'T', 4]), graph.parameter('w', [4, 2])];
  const loss = attention({ query: x, key: x, value: x, heads: 2 }).matmul(weight).square().sum();
  gradients(loss, [x, weight]).forEach((gradient, i) => {
    graph.output(`d${i}`, gradient);
  });
  const expanded = expandComposites(graph);
  expect(count(computeAgain(expanded), 'Transpose')).toBe(count(expanded, 'Transpose') + 1);
});

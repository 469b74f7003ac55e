import { expect, test } from 'vitest';
import { gelu } from '../functions.js';
import { gradients } from '../gradients/gradients.js';
import { Graph } from '../graph.js';
import { reachable } from '../reachable.js';
import { expandComposites } from './expand-composites.js';
import { foldScales } from './fold-scales.js';

/** The operators that the outputs need, leaves left out, in order. */
const operators = (graph: Graph): string[] =>
  reachable([...graph.outputs.values()])
    .filter(({ inputs }) => inputs.length > 0)
    .map(({ operator }) => operator);

test('forward and gradient share what they compute alike', () => {
  const graph = new Graph();
  const x = graph.input('x', ['B']);
  const y = gelu(x).sum();
  graph.output('y', y);
  for (const d of gradients(y, [x])) graph.output('d', d);
  expect(operators(expandComposites(graph)).filter((operator) => operator === 'Erf')).toHaveLength(
    1,
  );
});

test('a constant factor of an operand or of the result becomes the product’s alpha', () => {
  const graph = new Graph();
  const [x, w] = [graph.input('x', ['B', 'T', 4]), graph.parameter('w', [4, 2])];
  graph.output('y', x.mul(2).matmul(w).mul(3));
  const folded = foldScales(graph);
  expect(operators(folded)).toEqual(['Reshape', 'MatMul', 'Reshape']);
  const product = reachable([...folded.outputs.values()]).find(
    ({ operator }) => operator === 'MatMul',
  );
  expect(product?.attributes).toMatchObject({ alpha: 6 });
});

test('a product that is read elsewhere keeps its scale', () => {
  const graph = new Graph();
  const product = graph.input('x', ['B', 4]).matmul(graph.parameter('w', [4, 2]));
  graph.output('y', product.mul(3));
  graph.output('z', product);
  expect(operators(foldScales(graph))).toEqual(['MatMul', 'Mul']);
});

test('GELU stays whole where no gradient shares its parts', () => {
  const graph = new Graph();
  graph.output('y', gelu(graph.input('x', ['B'])));
  expect(operators(expandComposites(graph))).toEqual(['Gelu']);
});

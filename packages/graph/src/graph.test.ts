import { describe, expect, test } from 'vitest';
import { attention, concat, crossEntropy, layerNorm, linear, where } from './functions.js';
import { Graph } from './graph.js';

const graph = new Graph('errors');
const [x, ids] = [graph.input('x', ['B', 'T', 8]), graph.input('ids', ['B', 'T'], 'int32')];
const weight = graph.parameter('weight', [4, 6]);

describe('a graph that cannot be is refused as it is built, with place, rule, expected and got', () => {
  test.each([
    [
      'MatMul: inner sizes must agree; expected 8 (columns of A), got 6 (rows of B)',
      () => linear(x, weight),
    ],
    [
      'layer.3/MatMul: inner sizes must agree; expected 8 (columns of A), got 4 (rows of B)',
      () => graph.scope('layer.3', () => x.matmul(weight)),
    ],
    [
      'Add: operands must broadcast; expected equal sizes or 1, from the last axis, got [B, T, 8] and [B, 8]',
      () => x.add(graph.input('y', ['B', 8])),
    ],
    ['Add: operands must have one type; expected float32, got int32', () => x.add(ids)],
    [
      'Reshape: a reshape keeps the number of elements; expected 8*B*T of [B, T, 8], got B*T of [B*T]',
      () => x.reshape(['B*T']),
    ],
    [
      'Transpose: a permutation names each axis once; expected the axes 0…2, got [0,1,1]',
      () => x.transpose([0, 1, 1]),
    ],
    [
      'Softmax: the axis must be one of the tensor; expected -3…2 for [B, T, 8], got 3',
      () => x.softmax(3),
    ],
    [
      'Slice: a slice lies inside its axis; expected 0 ≤ start ≤ end ≤ 8, got 4…9',
      () => x.slice({ axis: 2, start: 4, end: 9 }),
    ],
    [
      'Concat: joined tensors differ in the joined axis only; expected float32[B, 2, 8], got float32[T, 2, 8]',
      () => concat([x, graph.input('z', ['T', 2, 8])], 1),
    ],
    [
      'Gather: indices must be integers; expected int32 or int64, got float32',
      () => weight.gather(x),
    ],
    ['Exp: the operand must be a float; expected float32 or float16, got int32', () => ids.exp()],
    [
      'Where: the condition must be bool; expected bool, got float32[B, T, 8]',
      () => where(x, x, 0),
    ],
    [
      'LayerNorm: gain and bias have the width of the tensor; expected [8], got [4, 6]',
      () => layerNorm(x, weight, weight, { epsilon: 1 }),
    ],
    [
      'CrossEntropy: there is one label for each row of logits; expected [B, T], got [B, T, 8]',
      () => crossEntropy(x, x.cast('int32')),
    ],
    [
      'Attention: keys and values have one shape; expected [B, 2, T, 4], got [B, 2, S, 4]',
      () => attention({ query: x, key: x, value: graph.input('v', ['B', 'S', 8]), heads: 2 }),
    ],
    [
      'weight: one name is one tensor; expected float32[4, 6], got float32[2]',
      () => graph.parameter('weight', [2]),
    ],
    [
      'Add: operands belong to one graph; expected errors, got other',
      () => x.add(new Graph('other').input('x', [1])),
    ],
  ])('%s', (message, build) => {
    expect(build).toThrow(message);
  });
});

describe('equal nodes are one, and nothing is moved for nothing', () => {
  const tree = (tensor: { toString(): string; node: { operator: string } }) => tensor.node.operator;

  test('the same operator on the same tensors is the same tensor', () => {
    expect(x.exp().add(1)).toBe(x.exp().add(1));
    expect(x.exp()).not.toBe(x.tanh());
  });

  test('a reshape of a reshape is one, back to the start none', () => {
    expect(x.reshape(['B*T', 8]).reshape(['B', 'T', 8])).toBe(x);
    expect(x.transpose([2, 0, 1]).transpose([1, 2, 0])).toBe(x);
  });

  test('x·1 and x + 0 are x, two factors are one', () => {
    expect(x.mul(1)).toBe(x);
    expect(x.add(0)).toBe(x);
    expect(x.mul(2).mul(3)).toBe(x.mul(6));
  });

  test('a transposed operand is a flag of the product', () => {
    const [a, b] = [graph.input('a', ['B', 3, 4]), graph.input('b', ['B', 5, 4])];
    expect(a.matmul(b.transpose([0, 2, 1]))).toBe(a.matmul(b, { transposeB: true }));
  });

  test('an operand is not expanded where broadcasting does it', () => {
    const row = graph.input('row', [8]);
    expect(x.mul(row.expand(['B', 'T', 8]))).toBe(x.mul(row));
    expect(tree(row.expand(['B', 8]).add(1))).toBe('Add');
    expect(row.expand(['B', 8]).add(row).shape).toEqual(['B', 8]); // the expansion is the only source of B
  });
});

test('a graph is drawn with its inputs, operators, shapes and outputs', () => {
  const drawn = new Graph('drawn');
  drawn.output(
    'y',
    drawn
      .input('x', ['B', 2])
      .matmul(drawn.parameter('w', [2, 3]))
      .tanh(),
  );
  expect(drawn.toMermaid()).toBe(`flowchart TD
  n0(["x"])
  n1(["w"])
  n2["MatMul"]
  n0 -- "[B, 2]" --> n2
  n1 -- "[2, 3]" --> n2
  n3["Tanh"]
  n2 -- "[B, 3]" --> n3
  out0(["y"])
  n3 -- "[B, 3]" --> out0
`);
});

import { describe, expect, test } from 'vitest';
import { bindings, buildCase, type Case, cases } from '../../test/cases.js';
import { evaluateGraph, type Value } from '../../test/reference.js';
import { isFloat } from '../data.js';
import { multiply } from '../dims.js';
import { Graph } from '../graph.js';
import type { Tensor } from '../tensor.js';
import { gradients } from './gradients.js';

const step = 1e-5;
const tolerance = 1e-6; // central differences err by 1e-8 here; constants are float32, which errs by 6e-8 of them

/** Σ output ∘ weights, with weights that tell the elements apart. */
function weighted(outputs: readonly Tensor[]): Tensor {
  const { graph } = outputs[0] as Tensor;
  const sums = outputs
    .filter(({ type }) => isFloat(type))
    .map((output, i) => {
      const flat = output.reshape([multiply(output.shape)]);
      return flat
        .mul(
          graph
            .iota(flat.size(0), 'float32')
            .mul(0.37)
            .add(0.2 + i),
        )
        .sum();
    });
  return sums.reduce((a, b) => a.add(b));
}

/** Compares output `loss`'s central differences with outputs `d:NAME`. */
function compare(graph: Graph, feeds: ReadonlyMap<string, Value>, names: readonly string[]): void {
  const run = (changed: ReadonlyMap<string, Value>) => evaluateGraph(graph, changed, bindings);
  const exact = run(feeds);
  for (const name of names) {
    const { data, shape } = feeds.get(name) as Value;
    const numeric = data.map((value, i) => {
      const at = (moved: number) =>
        run(new Map(feeds).set(name, { shape, data: data.with(i, moved) })).get('loss')
          ?.data[0] as number;
      return (at(value + step) - at(value - step)) / (2 * step);
    });
    const got = exact.get(`d:${name}`) as Value;
    expect(got.shape).toEqual(shape);
    got.data.forEach((value, i) => {
      expect(Math.abs(value - (numeric[i] as number)), `∂loss/∂${name}[${i}]`).toBeLessThan(
        tolerance * Math.max(1, Math.abs(value)),
      );
    });
  }
}

function differentiate(tried: Case, order: 1 | 2): void {
  const { graph, tensors, outputs, feeds } = buildCase(tried);
  const floats = tensors.filter(({ type }) => type === 'float32');
  const names = floats.map((tensor) => `x${tensors.indexOf(tensor)}`);
  const first = weighted(outputs);
  const loss = order === 1 ? first : weighted(gradients(first, floats).map((d) => d.square()));
  graph.output('loss', loss);
  gradients(loss, floats).forEach((d, i) => {
    graph.output(`d:${names[i]}`, d);
  });
  compare(graph, feeds, names);
}

describe.each(Object.entries(cases))('%s', (_, list) => {
  list.forEach((tried, i) => {
    test(`the rule equals central differences in float64 (${i})`, () => differentiate(tried, 1));
    test(`so does the rule of the rule (${i})`, () => differentiate(tried, 2));
  });
});

test('a tensor that the loss does not need has gradient 0', () => {
  const graph = new Graph();
  const [x, unused] = [graph.input('x', []), graph.input('unused', ['B'])];
  graph.output('d', gradients(x, [unused])[0] as Tensor);
  expect(evaluateGraph(graph, new Map(), bindings).get('d')).toEqual({ data: [0, 0], shape: [2] });
});

test('a loss that is no scalar is refused', () => {
  const x = new Graph().input('x', ['B']);
  expect(() => gradients(x, [x])).toThrow(
    'gradients: the loss is a float scalar; expected float32[], got float32[B]',
  );
});

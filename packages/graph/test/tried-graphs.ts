/** Every case as a graph with named outputs, and its gradients: what devices and the ONNX checker are given. */
import { isFloat, type TensorData, typedArray } from '../src/data.js';
import { gradients } from '../src/gradients/gradients.js';
import type { Graph } from '../src/graph.js';
import type { Tensor } from '../src/tensor.js';
import { buildCase, type Case, cases, forwardCases } from './cases.js';
import type { Value } from './reference.js';

/** What a device is given: a graph, and its feeds for a float64 evaluation and for a run. */
export interface TriedGraph {
  readonly name: string;
  readonly graph: Graph;
  readonly feeds: ReadonlyMap<string, Value>;
  readonly fed: Readonly<Record<string, TensorData>>;
}

/** Every case with its outputs and the gradients of their squares; then the cases of kernels that serve without gradients. */
export function triedGraphs(): readonly TriedGraph[] {
  const all = Object.entries(cases).flatMap(([name, list]) =>
    list.map((tried, i) => withGradients(`${name} ${i}`, tried)),
  );
  return [...all, ...forwardCases.map((tried, i) => outputsOnly(`forward ${i}`, tried))];
}

function withGradients(name: string, tried: Case): TriedGraph {
  const { graph, tensors, outputs, feeds } = buildCase(tried);
  const loss = outputs.filter(({ type }) => isFloat(type)).map((output) => output.square().sum());
  nameOutputs(graph, 'y', outputs);
  nameOutputs(
    graph,
    'd',
    gradients(
      loss.reduce((a, b) => a.add(b)),
      tensors.filter(({ type }) => isFloat(type)),
    ),
  );
  return { name, graph, feeds, fed: typedFeeds(graph, feeds) };
}

function outputsOnly(name: string, tried: Case): TriedGraph {
  const { graph, outputs, feeds } = buildCase(tried);
  nameOutputs(graph, 'y', outputs);
  return { name, graph, feeds, fed: typedFeeds(graph, feeds) };
}

function nameOutputs(graph: Graph, prefix: string, tensors: readonly Tensor[]): void {
  tensors.forEach((tensor, i) => {
    graph.output(`${prefix}${i}`, tensor);
  });
}

function typedFeeds(graph: Graph, feeds: ReadonlyMap<string, Value>): Record<string, TensorData> {
  return Object.fromEntries(
    [...graph.inputs].map(([name, { type }]) => {
      const { data, shape } = feeds.get(name) as Value;
      return [name, { data: typedArray(type, data), shape }];
    }),
  );
}

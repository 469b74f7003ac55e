/** Walking a graph from its results. */
import type { Node } from './graph.js';
import type { Tensor } from './tensor.js';

/** The nodes behind tensors, in the order of building. */
export function reachable(tensors: readonly Tensor[]): readonly Node[] {
  const found = new Set<Node>();
  const waiting = tensors.map(({ node }) => node);
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    waiting.push(...node.inputs.map((input) => input.node));
  }
  return [...found].sort((a, b) => a.id - b.id);
}

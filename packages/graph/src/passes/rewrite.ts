/** Rebuilds a graph node by node: what its outputs do not need is gone, what becomes equal is one. */
import { Graph, isNode, type Node } from '../graph.js';
import { reachable } from '../reachable.js';
import type { Tensor } from '../tensor.js';

/** The outputs that stand for `node`, built in `target` from its rebuilt inputs; undefined copies it. */
export type Replace = (
  node: Node,
  inputs: readonly Tensor[],
  target: Graph,
) => readonly Tensor[] | undefined;

export type Pass = (graph: Graph) => Graph;

export function rewrite(source: Graph, replace: Replace): Graph {
  const target = new Graph(source.name);
  const images = new Map<Tensor, Tensor>();
  const image = (tensor: Tensor) => images.get(tensor) as Tensor;
  const copy = (node: Node, inputs: readonly Tensor[]): readonly Tensor[] => {
    if (isNode(node, 'Input'))
      return [target.input(node.attributes.name, node.attributes.shape, node.attributes.type)];
    if (isNode(node, 'Parameter')) {
      const { name, shape, accumulates } = node.attributes;
      return [accumulates ? target.accumulator(name, shape) : target.parameter(name, shape)];
    }
    return target.apply(node.operator, inputs, node.attributes);
  };
  for (const node of reachable([...source.outputs.values()])) {
    const inputs = node.inputs.map(image);
    const outputs = target.scope(
      node.scope,
      () => replace(node, inputs, target) ?? copy(node, inputs),
    );
    for (const output of node.outputs) images.set(output, outputs[output.index] as Tensor);
  }
  for (const [name, tensor] of source.outputs) target.output(name, image(tensor).cast(tensor.type));
  return target;
}

/** How often each tensor is read, by nodes and as an output. */
export function countUses(graph: Graph): ReadonlyMap<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const outputs = [...graph.outputs.values()];
  for (const tensor of [...reachable(outputs).flatMap((node) => node.inputs), ...outputs])
    uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  return uses;
}

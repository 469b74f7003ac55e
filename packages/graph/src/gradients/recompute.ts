/** Blocks of `Graph.recompute`, built a second time: what rules read of them need not be kept since the forward pass. */
import { multiply } from '../dims.js';
import { isNode, type Node } from '../graph.js';
import type { OperatorName } from '../operators/table.js';
import type { Tensor } from '../tensor.js';
import type { Application } from './rule.js';

/** Original → copy, for all that the nodes of a block read and compute. */
type Copies = ReadonlyMap<Tensor, Tensor>;

export class Recomputation {
  readonly #nodes: readonly Node[];
  readonly #blocks = new Map<number, Copies>();

  /** `nodes` in the order of building. */
  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
  }

  /** What the rule of a node reads: the node itself, or its copy. A block is copied behind the first gradient it is asked with. */
  of(node: Node, gradient: Tensor): Application<OperatorName> {
    const { block, attributes } = node;
    if (block === undefined) return node;
    const copies = this.#blocks.get(block) ?? copyBlock(this.#members(block), gradient);
    this.#blocks.set(block, copies);
    const copy = (tensor: Tensor) => copies.get(tensor) as Tensor;
    return { attributes, inputs: node.inputs.map(copy), outputs: node.outputs.map(copy) };
  }

  #members(block: number): readonly Node[] {
    return this.#nodes.filter((node) => node.block === block && node.inputs.length > 0);
  }
}

function copyBlock(nodes: readonly Node[], gradient: Tensor): Copies {
  const copies = new Map<Tensor, Tensor>();
  const copy = (tensor: Tensor): Tensor => {
    const known = copies.get(tensor) ?? (isStored(tensor) ? tensor : after(tensor, gradient));
    copies.set(tensor, known);
    return known;
  };
  for (const { scope, operator, inputs, attributes, outputs } of nodes)
    gradient.graph.scope(scope === '' ? 'again' : `again/${scope}`, () => {
      const again = gradient.graph.apply(operator, inputs.map(copy), attributes);
      outputs.forEach((output, i) => {
        copies.set(output, again[i] as Tensor);
      });
    });
  return copies;
}

/** Weights and constants take no memory of a run. Fed inputs do not either, but what hangs on them alone is copied too. */
const isStored = ({ node }: Tensor): boolean => node.inputs.length === 0 && !isNode(node, 'Input');

/** x, as x + (s < s): neither this graph nor onnxruntime sees through it, so a copy stays one and is computed after s. */
function after(x: Tensor, signal: Tensor): Tensor {
  if (x.type === 'bool') return x;
  const first = signal
    .reshape([multiply(signal.shape)])
    .slice({ axis: 0, end: 1 })
    .reshape(x.rank === 0 ? [] : [1]);
  return x.add(first.less(first).cast(x.type));
}

/** Writes composite operators in primitives. What forward and gradient compute alike becomes one node. */
import { type Expansion, expansions } from '../expansions.js';
import type { Graph, Node } from '../graph.js';
import { type CompositeName, operators } from '../operators/table.js';
import type { Tensor } from '../tensor.js';
import { countUses, rewrite } from './rewrite.js';

const isComposite = (node: Node): node is Node<CompositeName> & Node => node.operator in expansions;

/**
 * With `kernels`, a composite that has a kernel of its own stays whole where nothing else reads its operand: then there is no
 * gradient whose parts it could share.
 */
export function expandComposites(
  graph: Graph,
  { kernels = true }: { kernels?: boolean } = {},
): Graph {
  const uses = countUses(graph);
  const staysWhole = ({ operator, inputs }: Node) =>
    kernels && operators[operator].emit !== undefined && uses.get(inputs[0] as Tensor) === 1;
  return rewrite(graph, (node, inputs) =>
    isComposite(node) && !staysWhole(node)
      ? [(expansions[node.operator] as Expansion<CompositeName>)(inputs, node.attributes)]
      : undefined,
  );
}

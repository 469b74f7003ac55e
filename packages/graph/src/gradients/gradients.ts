/** Reverse-mode differentiation: the gradient of a graph is a graph. */
import { isFloat } from '../data.js';
import { formatShape } from '../dims.js';
import { GraphError } from '../errors.js';
import type { Node } from '../graph.js';
import type { OperatorName } from '../operators/table.js';
import { reachable } from '../reachable.js';
import type { Tensor } from '../tensor.js';
import { compositeRules } from './composites.js';
import { elementwiseRules } from './elementwise.js';
import { movementRules } from './movement.js';
import { productRules } from './products.js';
import { Recomputation } from './recompute.js';
import { reductionRules } from './reductions.js';
import { constant, type Rule } from './rule.js';

/** The total table: every operator has a rule, if only `constant`. */
const rules: { readonly [N in OperatorName]: Rule<N> } = {
  Input: constant,
  Parameter: constant,
  Constant: constant,
  Iota: constant,
  Size: constant,
  ...elementwiseRules,
  ...movementRules,
  ...productRules,
  ...reductionRules,
  ...compositeRules,
};

/**
 * ∂loss/∂x for each x of `of`, in its shape; zeros where the loss does not depend on it.
 * `loss` is a float of shape []. The results are tensors of the same graph and may be differentiated again.
 */
export function gradients(loss: Tensor, of: readonly Tensor[]): Tensor[] {
  const { graph } = loss;
  if (loss.rank !== 0 || !isFloat(loss.type))
    throw new GraphError('gradients', {
      rule: 'the loss is a float scalar',
      expected: 'float32[]',
      got: `${loss.type}${formatShape(loss.shape)}`,
    });
  const known = new Map<Tensor, Tensor>([[loss, graph.constant(1, [], loss.type)]]);
  const nodes = reachable([loss]);
  const moving = dependents(nodes, of);
  const recomputation = new Recomputation(nodes);
  for (const node of [...nodes].reverse()) {
    const ofOutputs = node.outputs.map((output) => known.get(output));
    const arrived = ofOutputs.find((gradient) => gradient !== undefined);
    if (!moving.has(node) || !arrived) continue;
    const application = recomputation.of(node, arrived);
    graph.scope(node.scope === '' ? 'gradient' : `gradient/${node.scope}`, () => {
      const ofInputs = (rules[node.operator] as Rule<OperatorName>)(application, ...ofOutputs);
      node.inputs.forEach((input, i) => {
        const [share, sum] = [ofInputs[i], known.get(input)];
        const wanted = of.includes(input) || moving.has(input.node);
        if (share && wanted) known.set(input, sum ? sum.add(share) : share);
      });
    });
  }
  return of.map((x) => known.get(x) ?? graph.constant(0, [], x.type).expand(x.shape));
}

/** The nodes among `nodes` that depend on one of the tensors. */
function dependents(nodes: readonly Node[], on: readonly Tensor[]): ReadonlySet<Node> {
  const found = new Set<Node>();
  for (const node of nodes)
    if (node.inputs.some((input) => on.includes(input) || found.has(input.node))) found.add(node);
  return found;
}

/** Constant factors become the alpha of a neighbouring matrix product, instead of a pass over its operand or result. */
import type { Graph } from '../graph.js';
import type { Attributes } from '../operators/table.js';
import { scalarOf } from '../simplify.js';
import type { Tensor } from '../tensor.js';
import { countUses, rewrite } from './rewrite.js';

export function foldScales(graph: Graph): Graph {
  const uses = countUses(graph);
  const isProductUsedHere = (tensor: Tensor): boolean =>
    uses.get(tensor) === 1 &&
    (tensor.node.operator === 'MatMul' ||
      (tensor.node.operator === 'Reshape' && isProductUsedHere(tensor.node.inputs[0] as Tensor)));
  return rewrite(graph, (node, inputs, target) => {
    if (node.operator === 'MatMul') {
      const [a, b] = inputs.slice(0, 2).map(withoutFactor) as [Scaled, Scaled];
      if (a.factor * b.factor === 1) return undefined;
      const attributes = node.attributes as Attributes['MatMul'];
      return target.apply('MatMul', [a.tensor, b.tensor, ...inputs.slice(2)], {
        ...attributes,
        alpha: attributes.alpha * a.factor * b.factor,
      });
    }
    const factor = node.operator === 'Mul' ? scalarOf(inputs[1]) : undefined;
    if (factor === undefined || !isProductUsedHere(node.inputs[0] as Tensor)) return undefined;
    return [scaled(inputs[0] as Tensor, factor)];
  });
}

interface Scaled {
  readonly tensor: Tensor;
  readonly factor: number;
}

/** x for x·c, also below reshapes. */
function withoutFactor(tensor: Tensor): Scaled {
  const [from, by] = tensor.node.inputs;
  if (tensor.node.operator === 'Mul' && from && scalarOf(by) !== undefined)
    return { tensor: from, factor: scalarOf(by) as number };
  if (tensor.node.operator !== 'Reshape' || !from) return { tensor, factor: 1 };
  const inner = withoutFactor(from);
  return { tensor: inner.tensor.reshape(tensor.shape), factor: inner.factor };
}

/** A product, perhaps reshaped, times a factor. */
function scaled(tensor: Tensor, factor: number): Tensor {
  const { operator, inputs, attributes } = tensor.node;
  if (operator === 'Reshape') return scaled(inputs[0] as Tensor, factor).reshape(tensor.shape);
  const product = attributes as Attributes['MatMul'];
  return tensor.graph.apply('MatMul', inputs, {
    ...product,
    alpha: product.alpha * factor,
    beta: product.beta * factor,
  })[0] as Tensor;
}

/** A matrix added to a product becomes the product's addend: Gemm adds while it writes. */
import { sameShape } from '../dims.js';
import type { Graph } from '../graph.js';
import type { Attributes } from '../operators/table.js';
import type { Tensor } from '../tensor.js';
import { countUses, rewrite } from './rewrite.js';

export function accumulate(graph: Graph): Graph {
  const uses = countUses(graph);
  /** Whether a tensor, seen through reshapes, is a product of matrices without addend that is used here only. */
  const isOpen = (tensor: Tensor): boolean => {
    const { operator, inputs } = tensor.node;
    if (uses.get(tensor) !== 1) return false;
    return operator === 'Reshape'
      ? isOpen(inputs[0] as Tensor)
      : operator === 'MatMul' && tensor.rank === 2 && inputs.length === 2;
  };
  return rewrite(graph, (node, inputs) => {
    if (node.operator !== 'Add') return undefined;
    const [a, b] = node.inputs as [Tensor, Tensor];
    if (!sameShape(a.shape, b.shape)) return undefined;
    const [x, y] = inputs as [Tensor, Tensor];
    if (isOpen(b)) return [added(y, x)];
    return isOpen(a) ? [added(x, y)] : undefined;
  });
}

/** product + addend in one operator. */
function added(product: Tensor, addend: Tensor): Tensor {
  const { operator, inputs, attributes } = product.node;
  if (operator === 'Reshape') {
    const inner = inputs[0] as Tensor;
    return added(inner, addend.reshape(inner.shape)).reshape(product.shape);
  }
  return product.graph.apply('MatMul', [...inputs, addend], {
    ...(attributes as Attributes['MatMul']),
    beta: 1,
  })[0] as Tensor;
}

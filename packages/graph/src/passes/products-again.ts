/**
 * A product a∘b of the forward pass that gradients read, as they read a and b, is computed again for them: a pass over memory
 * instead of a tensor kept for each layer (u∘E of GELU, P∘M of attention with dropout).
 */
import { sameShape } from '../dims.js';
import type { Graph, Node } from '../graph.js';
import { reachable } from '../reachable.js';
import type { Tensor } from '../tensor.js';
import { rewrite } from './rewrite.js';

const isOfGradient = ({ scope }: Node): boolean => /(^|\/)gradient(\/|$)/.test(scope);
const isAgain = ({ scope }: Node): boolean => /(^|\/)again(\/|$)/.test(scope);

export function computeProductsAgain(graph: Graph): Graph {
  const nodes = reachable([...graph.outputs.values()]);
  const read = new Set(nodes.filter(isOfGradient).flatMap(({ inputs }) => inputs));
  const isKept = (tensor: Tensor): boolean => tensor.node.inputs.length === 0 || read.has(tensor);
  const isWanted = ({ node, shape }: Tensor): boolean =>
    node.operator === 'Mul' &&
    !isOfGradient(node) &&
    !isAgain(node) &&
    node.inputs.every((factor) => isKept(factor) && sameShape(factor.shape, shape));
  return rewrite(graph, (node, inputs, target) => {
    if (!isOfGradient(node)) return undefined;
    const own = node.inputs.map((input, i) => {
      const image = inputs[i] as Tensor;
      if (isWanted(input)) return again(image);
      const [product] = input.node.operator === 'Reshape' ? input.node.inputs : [];
      const [productImage] = image.node.inputs;
      return product && productImage && isWanted(product)
        ? again(productImage).reshape(image.shape)
        : image;
    });
    return target.apply(node.operator, own, node.attributes);
  });
}

/** b∘a for a∘b: equal, and neither this graph nor onnxruntime takes it for the same node. */
function again({ node }: Tensor): Tensor {
  const [a, b] = node.inputs as readonly [Tensor, Tensor];
  return b.mul(a);
}

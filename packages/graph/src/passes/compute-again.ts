/**
 * What gradients read of the forward pass, and one pass over memory makes of values that they read too, is computed again for
 * them instead of being kept for each layer: products a∘b (u∘E of GELU, P∘M of attention with dropout), 1 + erf(u) of GELU,
 * the transposed result of attention.
 */
import { multiply, sameShape } from '../dims.js';
import { type Graph, isNode, type Node } from '../graph.js';
import { reachable } from '../reachable.js';
import { scalarOf } from '../simplify.js';
import type { Tensor } from '../tensor.js';
import { rewrite } from './rewrite.js';

const isOfGradient = ({ scope }: Node): boolean => /(^|\/)gradient(\/|$)/.test(scope);
const isAgain = ({ scope }: Node): boolean => /(^|\/)again(\/|$)/.test(scope);

export function computeAgain(graph: Graph): Graph {
  const nodes = reachable([...graph.outputs.values()]);
  const read = new Set(nodes.filter(isOfGradient).flatMap(({ inputs }) => inputs));
  const isKept = (tensor: Tensor): boolean => tensor.node.inputs.length === 0 || read.has(tensor);
  const isWanted = ({ node, shape }: Tensor): boolean => {
    if (isOfGradient(node) || isAgain(node)) return false;
    const [x, y] = node.inputs as readonly [Tensor, Tensor];
    if (isNode(node, 'Transpose')) return read.has(x);
    if (isNode(node, 'Add'))
      return (
        isNode(x.node, 'Erf') && scalarOf(y) !== undefined && read.has(x.node.inputs[0] as Tensor)
      );
    return (
      isNode(node, 'Mul') &&
      [x, y].every((factor) => isKept(factor) && sameShape(factor.shape, shape))
    );
  };
  /** What stands for a tensor, itself `image` in the new graph, where gradients read it. */
  const again = (tensor: Tensor, image: Tensor): Tensor => {
    const [x, y] = tensor.node.inputs as readonly [Tensor, Tensor];
    const [xImage, yImage] = image.node.inputs as readonly [Tensor, Tensor];
    if (isNode(tensor.node, 'Reshape'))
      return isWanted(x) ? again(x, xImage).reshape(image.shape) : image;
    if (!isWanted(tensor)) return image;
    // equal, but neither the graph nor onnxruntime takes them for the same nodes
    if (isNode(image.node, 'Transpose')) {
      const { permutation } = image.node.attributes;
      return xImage
        .expandDims(-1)
        .transpose([...permutation, permutation.length])
        .squeeze(-1);
    }
    if (isNode(image.node, 'Add')) {
      const u = xImage.node.inputs[0] as Tensor;
      return u
        .reshape([multiply(u.shape)])
        .erf()
        .add(yImage)
        .reshape(u.shape);
    }
    return again(y, yImage).mul(again(x, xImage));
  };
  return rewrite(graph, (node, inputs, target) => {
    if (!isOfGradient(node)) return undefined;
    const own = node.inputs.map((input, i) => again(input, inputs[i] as Tensor));
    return target.apply(node.operator, own, node.attributes);
  });
}

/** Computes in half precision what loses little by it, as PyTorch's autocast does; the rest, and all outputs, stay float32. */
import { type DataType, isFloat } from '../data.js';
import type { Node } from '../graph.js';
import type { Attributes, PrimitiveName } from '../operators/table.js';
import { scalarOf } from '../simplify.js';
import type { Tensor } from '../tensor.js';
import { type Pass, rewrite } from './rewrite.js';

/**
 * How an operator computes. `half`: in float16, its operands narrowed. `full`: in float32, its operands widened. `narrowed`: so
 * too, and its first result then in float16. `widest`: in float32 where one of its operands is, else in float16.
 */
type Rule = 'half' | 'full' | 'narrowed' | 'widest';

const rules: { readonly [N in PrimitiveName]: Rule } = {
  Input: 'full',
  Parameter: 'full',
  Constant: 'full',
  Iota: 'full',
  Size: 'full',
  Neg: 'widest',
  Exp: 'full', // too large above 11
  Log: 'full',
  Sqrt: 'full',
  Reciprocal: 'full',
  Erf: 'widest',
  Tanh: 'widest',
  Sigmoid: 'widest',
  Relu: 'widest',
  Abs: 'widest',
  Add: 'widest',
  Sub: 'widest',
  Mul: 'widest',
  Div: 'full',
  Equal: 'widest',
  Greater: 'widest',
  Less: 'widest',
  Where: 'widest',
  Cast: 'widest',
  Reshape: 'widest',
  Transpose: 'widest',
  Expand: 'widest',
  Slice: 'widest',
  Pad: 'widest',
  Concat: 'widest',
  Gather: 'widest',
  ScatterAdd: 'full', // sums
  MatMul: 'half',
  Sum: 'full',
  Max: 'widest',
  Softmax: 'narrowed', // probabilities
  LogSoftmax: 'full', // a loss
  LayerNorm: 'narrowed', // its statistics stay float32
};

/** The graph in half precision: inputs, parameters and outputs keep their types. Composites are expanded before. */
export const halvePrecision: Pass = (graph) =>
  rewrite(graph, (node, inputs, target) => {
    if (inputs.length === 0) return undefined;
    if (isFlag(node)) return [(inputs[0] as Tensor).cast('float16')];
    const rule = isColumn(node) ? 'full' : (rules[node.operator as PrimitiveName] ?? 'widest');
    const type = rule === 'half' ? 'float16' : rule === 'widest' ? widest(inputs) : 'float32';
    const operands = inputs.map((input) => inType(input, type));
    const [first, ...others] = target.apply(node.operator, operands, node.attributes);
    return [rule === 'narrowed' ? (first as Tensor).cast('float16') : (first as Tensor), ...others];
  });

/** 0 or 1, from a comparison. */
const isFlag = ({ operator, inputs, attributes }: Node): boolean =>
  operator === 'Cast' &&
  inputs[0]?.type === 'bool' &&
  (attributes as Attributes['Cast']).to === 'float32';

/** A product that sums rows, as the means of a layer norm's gradient do. */
const isColumn = ({ operator, outputs }: Node): boolean =>
  operator === 'MatMul' && outputs[0]?.shape.at(-1) === 1;

function widest(inputs: readonly Tensor[]): DataType {
  const types = inputs.filter((input) => !isSmallNumber(input)).map(({ type }) => type);
  return types.includes('float16') && !types.includes('float32') ? 'float16' : 'float32';
}

function inType(tensor: Tensor, type: DataType): Tensor {
  if (!isFloat(tensor.type)) return tensor;
  return type === 'float16' && isSmallNumber(tensor)
    ? tensor.graph.constant(scalarOf(tensor) as number, [], type)
    : tensor.cast(type);
}

const [smallestNormal, largest] = [2 ** -14, 65504];

/** A constant that float16 holds as well: it takes the type of what it is computed with. */
function isSmallNumber(tensor: Tensor): boolean {
  const size = Math.abs(scalarOf(tensor) ?? Number.NaN);
  return tensor.type === 'float32' && (size === 0 || (size >= smallestNormal && size <= largest));
}

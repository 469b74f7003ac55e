/** Operators that compute each element alone, with numpy's broadcasting. */
import { type DataType, dataTypes, isFloat } from '../data.js';
import { broadcast, formatShape } from '../dims.js';
import { demand, describe, input, onnxNode, type Primitive, type ValueType } from './operator.js';

type None = Record<never, never>;

export interface ElementwiseAttributes {
  Neg: None;
  Exp: None;
  Log: None;
  Sqrt: None;
  Reciprocal: None;
  Erf: None;
  Tanh: None;
  Sigmoid: None;
  Relu: None;
  Abs: None;
  Add: None;
  Sub: None;
  Mul: None;
  Div: None;
  Equal: None;
  Greater: None;
  Less: None;
  Where: None;
  Cast: { readonly to: DataType };
}

function broadcastShapes(a: ValueType, b: ValueType) {
  const shape = broadcast(a.shape, b.shape);
  const got = `${formatShape(a.shape)} and ${formatShape(b.shape)}`;
  demand(
    shape !== undefined,
    'operands must broadcast',
    'equal sizes or 1, from the last axis',
    got,
  );
  return shape;
}

function sameType(a: ValueType, b: ValueType): DataType {
  demand(a.type === b.type, 'operands must have one type', a.type, b.type);
  return a.type;
}

const unary = (name: string): Primitive<None> => ({
  infer(inputs) {
    const x = input(inputs, 0);
    demand(isFloat(x.type), 'the operand must be a float', 'float32 or float16', x.type);
    return [x];
  },
  emit: onnxNode(name),
});

const arithmetic = (name: string): Primitive<None> => ({
  infer(inputs) {
    const [a, b] = [input(inputs, 0), input(inputs, 1)];
    const type = sameType(a, b);
    demand(type !== 'bool', 'arithmetic needs numbers', 'a number type; cast first', 'bool');
    return [{ shape: broadcastShapes(a, b), type }];
  },
  emit: onnxNode(name),
});

const comparison = (name: string): Primitive<None> => ({
  infer(inputs) {
    const [a, b] = [input(inputs, 0), input(inputs, 1)];
    sameType(a, b);
    return [{ shape: broadcastShapes(a, b), type: 'bool' }];
  },
  emit: onnxNode(name),
});

export const elementwise: {
  [N in keyof ElementwiseAttributes]: Primitive<ElementwiseAttributes[N]>;
} = {
  Neg: unary('Neg'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Sqrt: unary('Sqrt'),
  Reciprocal: unary('Reciprocal'),
  Erf: unary('Erf'),
  Tanh: unary('Tanh'),
  Sigmoid: unary('Sigmoid'),
  Relu: unary('Relu'),
  Abs: unary('Abs'),
  Add: arithmetic('Add'),
  Sub: arithmetic('Sub'),
  Mul: arithmetic('Mul'),
  Div: arithmetic('Div'),
  Equal: comparison('Equal'),
  Greater: comparison('Greater'),
  Less: comparison('Less'),
  Where: {
    infer(inputs) {
      const [condition, a, b] = [input(inputs, 0), input(inputs, 1), input(inputs, 2)];
      demand(condition.type === 'bool', 'the condition must be bool', 'bool', describe(condition));
      const type = sameType(a, b);
      const values = { shape: broadcastShapes(a, b), type };
      return [{ shape: broadcastShapes(condition, values), type }];
    },
    emit: onnxNode('Where'),
  },
  Cast: {
    infer: (inputs, { to }) => [{ shape: input(inputs, 0).shape, type: to }],
    emit: onnxNode('Cast', ({ to }) => ({ to: dataTypes[to].onnx })),
  },
};

/** Matrix products. */
import { broadcast, type Dim, formatShape, type Shape } from '../dims.js';
import { demand, type Emitter, input, type Primitive, type Use } from './operator.js';

export interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Y = alpha · op(A) op(B) + beta · C; C is optional and for matrices only. */
  readonly alpha: number;
  readonly beta: number;
}

export interface ProductAttributes {
  /** [… , M, K] × […, K, N] (+ C, which broadcasts to [M, N]) → […, M, N]. */
  MatMul: MatMulAttributes;
}

/** The shape as the product sees it: its last two axes swapped if transposed. */
function operand(shape: Shape, transposed: boolean): { batch: Shape; rows: Dim; columns: Dim } {
  demand(
    shape.length >= 2,
    'an operand of a product is a matrix or a batch of them',
    'rank 2 or more',
    formatShape(shape),
  );
  const [rows, columns] = shape.slice(-2) as [Dim, Dim];
  const batch = shape.slice(0, -2);
  return transposed ? { batch, rows: columns, columns: rows } : { batch, rows, columns };
}

function emitMatMul(emitter: Emitter, use: Use<MatMulAttributes>): void {
  const { inputs, outputs, outputTypes, attributes } = use;
  const { transposeA, transposeB, alpha, beta } = attributes;
  const flags = { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: alpha } };
  if (input(outputTypes, 0).shape.length === 2 && input(use.inputTypes, 1).shape.length === 2) {
    emitter.node('Gemm', inputs, outputs, { attributes: { ...flags, beta: { float: beta } } });
  } else if (!transposeA && !transposeB && alpha === 1) {
    emitter.node('MatMul', inputs, outputs);
  } else if (emitter.device !== 'webgpu') {
    emitter.node('FusedMatMul', inputs, outputs, { attributes: flags, domain: 'com.microsoft' });
  } else {
    emitTransposed(emitter, use);
  }
}

/** WebGPU has no product of transposed batches: transpose, multiply, scale. */
function emitTransposed(
  emitter: Emitter,
  { inputs, outputs, inputTypes, attributes }: Use<MatMulAttributes>,
): void {
  const operands = inputs.map((name, i) => {
    if (!(i === 0 ? attributes.transposeA : attributes.transposeB)) return name;
    const axes = input(inputTypes, i).shape.map((_, axis) => axis);
    const turned = emitter.temporary();
    emitter.node('Transpose', [name], [turned], {
      attributes: { perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2] },
    });
    return turned;
  });
  const scaled = attributes.alpha !== 1;
  const product = scaled ? [emitter.temporary()] : outputs;
  emitter.node('MatMul', operands, product);
  if (!scaled) return;
  const factor = emitter.scalar(attributes.alpha, input(inputTypes, 0).type);
  emitter.node('Mul', [...product, factor], outputs);
}

export const products: { [N in keyof ProductAttributes]: Primitive<ProductAttributes[N]> } = {
  MatMul: {
    infer(inputs, { transposeA, transposeB }) {
      const [a, b, c] = [input(inputs, 0), input(inputs, 1), inputs[2]];
      const [left, right] = [operand(a.shape, transposeA), operand(b.shape, transposeB)];
      const batch = broadcast(left.batch, right.batch);
      demand(a.type === b.type, 'operands must have one type', a.type, b.type);
      demand(
        left.columns === right.rows,
        'inner sizes must agree',
        `${left.columns} (columns of A)`,
        `${right.rows} (rows of B)`,
      );
      demand(
        batch !== undefined,
        'batches must broadcast',
        formatShape(left.batch),
        formatShape(right.batch),
      );
      const shape = [...batch, left.rows, right.columns];
      if (c) {
        demand(batch.length === 0, 'an addend goes with matrices', 'rank 2', formatShape(shape));
        demand(
          broadcast(c.shape, shape)?.length === 2,
          'the addend must broadcast to the product',
          formatShape(shape),
          formatShape(c.shape),
        );
      }
      return [{ shape, type: a.type }];
    },
    emit: emitMatMul,
  },
};

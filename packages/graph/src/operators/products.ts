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
  const { transposeA, transposeB, alpha } = attributes;
  const matrices =
    input(outputTypes, 0).shape.length === 2 && input(use.inputTypes, 1).shape.length === 2;
  if (matrices && emitter.device === 'cpu' && transposeA && !transposeB)
    emitSmallerTransposed(emitter, use);
  else if (matrices) emitter.node('Gemm', inputs, outputs, { attributes: gemm(attributes) });
  else if (!transposeA && !transposeB && alpha === 1) emitter.node('MatMul', inputs, outputs);
  else if (emitter.device === 'webgpu') emitTransposedBatch(emitter, use);
  else {
    const { beta: _, ...flags } = gemm(attributes);
    emitter.node('FusedMatMul', inputs, outputs, { attributes: flags, domain: 'com.microsoft' });
  }
}

const gemm = ({ transposeA, transposeB, alpha, beta }: MatMulAttributes) => ({
  transA: Number(transposeA),
  transB: Number(transposeB),
  alpha: { float: alpha },
  beta: { float: beta },
});

const transpose = (emitter: Emitter, name: string, rank: number): string => {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const turned = emitter.temporary();
  emitter.node('Transpose', [name], [turned], {
    attributes: { perm: [...axes.slice(0, -2), rank - 1, rank - 2] },
  });
  return turned;
};

const usualRows = 512; // of a micro-batch; how many there are is known only when it runs

/**
 * Aᵀ B on the CPU, A [K, M] and B [K, N], the product of every weight's gradient. Gemm with transA transposes A again for each
 * block of columns and loses 10–20 %, so what is smaller is transposed once instead: A, or B and the result (Aᵀ B = (Bᵀ A)ᵀ).
 */
function emitSmallerTransposed(
  emitter: Emitter,
  { inputs, outputs, inputTypes, attributes }: Use<MatMulAttributes>,
): void {
  const [a, b, ...addend] = inputs as [string, string, ...string[]];
  const [M, N] = [0, 1].map((i) => input(inputTypes, i).shape[1]);
  const flags = { ...gemm(attributes), transA: 0 };
  const isSmallerA = (m: number, n: number) => usualRows * m <= usualRows * n + m * n;
  if (typeof M !== 'number' || typeof N !== 'number' || isSmallerA(M, N) || addend.length > 0) {
    emitter.node('Gemm', [transpose(emitter, a, 2), b, ...addend], outputs, { attributes: flags });
    return;
  }
  const turned = emitter.temporary();
  emitter.node('Gemm', [transpose(emitter, b, 2), a], [turned], { attributes: flags });
  emitter.node('Transpose', [turned], outputs, { attributes: { perm: [1, 0] } });
}

/** WebGPU has no product of transposed batches: transpose, multiply, scale. */
function emitTransposedBatch(
  emitter: Emitter,
  { inputs, outputs, inputTypes, attributes }: Use<MatMulAttributes>,
): void {
  const { transposeA, transposeB, alpha } = attributes;
  const operands = inputs.map((name, i) =>
    (i === 0 ? transposeA : transposeB)
      ? transpose(emitter, name, input(inputTypes, i).shape.length)
      : name,
  );
  const product = alpha === 1 ? outputs : [emitter.temporary()];
  emitter.node('MatMul', operands, product);
  if (alpha !== 1)
    emitter.node('Mul', [...product, emitter.scalar(alpha, input(inputTypes, 0).type)], outputs);
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

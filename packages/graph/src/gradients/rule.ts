/** What a gradient rule is. */
import type { Shape } from '../dims.js';
import type { Attributes, OperatorName } from '../operators/table.js';
import type { Tensor } from '../tensor.js';

/** One application to differentiate. */
export interface Application<N extends OperatorName> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes[N];
}

/**
 * From the gradients of the outputs (undefined: the loss does not depend on that output) to those of the inputs
 * (undefined: no gradient flows). A gradient has its tensor's shape.
 */
export type Rule<N extends OperatorName> = (
  application: Application<N>,
  ...gradients: readonly (Tensor | undefined)[]
) => readonly (Tensor | undefined)[];

/** The rule of an operator with one differentiable output: its gradient is always there. */
export const rule =
  <N extends OperatorName>(
    apply: (
      inputs: readonly [Tensor, Tensor, Tensor],
      dy: Tensor,
      y: Tensor,
      attributes: Attributes[N],
      all: readonly Tensor[],
    ) => readonly (Tensor | undefined)[],
  ): Rule<N> =>
  ({ inputs, outputs, attributes }, dy) =>
    apply(
      inputs as unknown as readonly [Tensor, Tensor, Tensor],
      dy as Tensor,
      outputs[0] as Tensor,
      attributes,
      inputs,
    );

/** The rule of an operator through which no gradient flows: integers, comparisons, leaves. */
export const constant: Rule<OperatorName> = () => [];

/** The sum over the axes along which `shape` was repeated: the transpose of broadcasting. */
export function unbroadcast(dy: Tensor, shape: Shape): Tensor {
  const front = dy.rank - shape.length;
  const axes = dy.shape.flatMap((dim, i) =>
    i < front || (shape[i - front] === 1 && dim !== 1) ? [i] : [],
  );
  return dy.sum(axes, { keepDims: true }).reshape(shape);
}

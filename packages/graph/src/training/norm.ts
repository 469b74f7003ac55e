/** Gradients of several lanes become one, and are measured before an update scales them down. */
import { concat } from '../functions.js';
import { Graph } from '../graph.js';
import type { Tensor } from '../tensor.js';
import { gradientName } from './outputs.js';

export interface GradientSum {
  /** Output `squaredNorms`: of each parameter, in their order. */
  readonly graph: Graph;
  /** Output → resident: the sums become `gradient:NAME`, where there is more than one addend. */
  readonly keep: Readonly<Record<string, string>>;
}

/**
 * Adds up, parameter by parameter and in their order, the gradients that `addends` names, and takes the norms of the sums.
 * Default: `gradient:NAME` alone.
 */
export function sumGradients(
  parameters: ReadonlyMap<string, readonly number[]>,
  {
    addends = [gradientName],
  }: { readonly addends?: readonly ((parameter: string) => string)[] } = {},
): GradientSum {
  const graph = new Graph('gradientSum');
  const keep: Record<string, string> = {};
  const norms = [...parameters].map(([parameter, shape]) => {
    const sum = addends
      .map((addend) => graph.parameter(addend(parameter), shape))
      .reduce((a, b) => a.add(b));
    if (addends.length > 1) {
      graph.output(`sum:${parameter}`, sum);
      keep[`sum:${parameter}`] = gradientName(parameter);
    }
    return squaredNorm(sum);
  });
  graph.output('squaredNorms', concat(norms as [Tensor, ...Tensor[]], 0));
  return { graph, keep };
}

/** Σ g² [1] as the product of a row and a column: one pass, nothing in between. */
function squaredNorm(gradient: Tensor): Tensor {
  const row = gradient.reshape([1, gradient.shape.reduce<number>((a, b) => a * Number(b), 1)]);
  return row.matmul(row, { transposeB: true }).reshape([1]);
}

/** min(1, limit/(norm + 1e-6)), as PyTorch's clip_grad_norm_: what an update multiplies gradients by. */
export const clipFactor = (norm: number, limit: number): number =>
  Math.min(1, limit / (norm + 1e-6));

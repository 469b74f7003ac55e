/** Gradients of several lanes become one, and are measured before an update scales them down. */
import { Graph } from '../graph.js';
import type { Tensor } from '../tensor.js';
import { gradientName } from './outputs.js';

export interface GradientSum {
  /** Output `squaredNorm` []: of all parameters together. */
  readonly graph: Graph;
  /** Output → resident: the sums, where there is more than one addend. */
  readonly keep: Readonly<Record<string, string>>;
}

/**
 * Adds up, parameter by parameter and in their order, the gradients that `addends` names, in place of the first; and takes the
 * norm. Default: `gradient:NAME` alone.
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
    const names = addends.map((addend) => addend(parameter));
    const [first, ...others] = names.map((name) => graph.parameter(name, shape)) as [
      Tensor,
      ...Tensor[],
    ];
    const sum = others.reduce((a, b) => a.add(b), first);
    if (others.length > 0) {
      graph.output(`sum:${parameter}`, sum);
      keep[`sum:${parameter}`] = names[0] as string;
    }
    return squaredNorm(sum);
  });
  graph.output(
    'squaredNorm',
    norms.reduce((a, b) => a.add(b)),
  );
  return { graph, keep };
}

/** Σ g² as the product of a row and a column: one pass, nothing in between. */
function squaredNorm(gradient: Tensor): Tensor {
  const row = gradient.reshape([1, gradient.shape.reduce<number>((a, b) => a * Number(b), 1)]);
  return row.matmul(row, { transposeB: true }).reshape([]);
}

/** min(1, limit/(norm + 1e-6)), as PyTorch's clip_grad_norm_: what an update multiplies gradients by. */
export const clipFactor = (norm: number, limit: number): number =>
  Math.min(1, limit / (norm + 1e-6));

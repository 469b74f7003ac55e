/** PyTorch's AdamW for one number, in float64: what the graph and the rows are compared with. */

export interface DenseStep {
  readonly gradient: number;
  readonly learningRate: number;
}

/** The weight after all steps. */
export function denseAdamW(
  weight: number,
  steps: readonly DenseStep[],
  {
    weightDecay,
    betas: [beta1, beta2] = [0.9, 0.999],
    epsilon = 1e-8,
  }: {
    readonly weightDecay: number;
    readonly betas?: readonly [number, number];
    readonly epsilon?: number;
  },
): number {
  let [p, m, v] = [weight, 0, 0];
  steps.forEach(({ gradient: g, learningRate }, i) => {
    p *= 1 - learningRate * weightDecay;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const [first, second] = [m / (1 - beta1 ** (i + 1)), v / (1 - beta2 ** (i + 1))];
    p -= (learningRate * first) / (Math.sqrt(second) + epsilon);
  });
  return p;
}

/** Every hyper-parameter of a training run, with its default in sight. A recipe adds its own in `recipes/`. */
import type { ScheduleConfig } from './schedules.js';

export interface OptimizerConfig {
  /** Peak, reached at the end of the warm-up. */
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Decoupled; not applied to biases and to the gains of layer norms. */
  readonly weightDecay: number;
  /** Gradients are scaled down to this Euclidean norm over all parameters. */
  readonly clipNorm: number;
}

export interface TrainingConfig extends OptimizerConfig {
  /** Optimizer steps. */
  readonly steps: number;
  readonly schedule: ScheduleConfig['name'];
  /** Share of the steps in which the learning rate rises from 0. */
  readonly warmupShare: number;
  /** Of a cosine schedule: restarts of `cosineHardRestarts`. */
  readonly cycles: number;
  /** Upper bound of items × longest item of a batch. */
  readonly tokensPerBatch: number;
  /** Upper bound of items of a batch. */
  readonly itemsPerBatch: number;
  /** Batches whose gradients are averaged for one optimizer step. */
  readonly accumulate: number;
  /** Parts of a batch whose gradients are computed apart: side by side on lanes, and each small enough for the cache. */
  readonly microBatches: number;
  /** Sessions that compute micro-batches side by side on the CPU, with weights of their own; never more than threads. */
  readonly lanes: number;
  /**
   * `float16`: products and activations in half precision with a loss scaled to suit; weights and their update stay float32. For
   * GPUs that have it; the processor refuses it.
   */
  readonly precision: 'float32' | 'float16';
  /** Gradients compute each layer again instead of keeping its values: less memory, a quarter to a third more time. */
  readonly recompute: boolean;
  /** `rows` updates only the word embeddings a batch met; `dense` all, with the same result but for rounding. */
  readonly wordEmbeddings: 'rows' | 'dense';
  /** Decay of the exponential moving average of the weights that the checkpoint then holds; 0: none. Needs `dense`. */
  readonly emaDecay: number;
  /** Orders data, garbles, masks and drops out. */
  readonly seed: number;
  /** Optimizer steps between training states; 0: only at the end. */
  readonly saveEverySteps: number;
  /** Training states kept. */
  readonly keepStates: number;
}

/**
 * For encoders trained from scratch on two cores. The schedule with warm-up is the paper's (4.3); values marked (guess) are
 * not given there for such encoders and served in experiments: docs/decisions/0008.
 */
export const trainingDefaults: TrainingConfig = {
  steps: 1000, // (guess) recipes set their own
  learningRate: 6e-4, // (guess) 3e-5 suits a pretrained encoder
  betas: [0.9, 0.98], // (guess)
  epsilon: 1e-8, // (guess)
  weightDecay: 0.01, // (guess)
  clipNorm: 1, // (guess)
  schedule: 'cosineHardRestarts', // paper 4.3
  warmupShare: 0.05, // (guess)
  cycles: 1, // (guess)
  tokensPerBatch: 2600, // (guess)
  itemsPerBatch: 256, // (guess)
  accumulate: 1, // (guess)
  microBatches: 4, // measured: README, "Lanes"
  lanes: 2, // measured
  precision: 'float32',
  recompute: false,
  wordEmbeddings: 'rows',
  emaDecay: 0,
  seed: 1,
  saveEverySteps: 200, // paper 4.3 evaluates every 200 steps
  keepStates: 2,
};

/** The schedule that a training configuration describes. */
export function scheduleOf(config: TrainingConfig): ScheduleConfig {
  const { schedule: name, steps: totalSteps, cycles } = config;
  return { name, totalSteps, cycles, warmupSteps: Math.round(config.warmupShare * totalSteps) };
}

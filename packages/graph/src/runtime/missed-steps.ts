/** What dense AdamW would have done to the rows of a table while no batch met them. */
import {
  type AdamWOptions,
  type AdamWStep,
  adamWScalars,
  defaultBetas,
} from '../training/adamw.js';

/** A table [rows, D] and its state as arrays that are written in place. */
export interface Table {
  readonly name: string;
  readonly rows: number;
  readonly D: number;
  readonly weights: Float32Array;
  /** M and V of `adamWScalars`. */
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** [rows]: the step up to which each row is brought. */
  readonly met: Float32Array;
  /** [t + 1, 3]: rate, ε′ and keep of each step; in front, for step 0, β₁, β₂ and 1. */
  readonly steps: Float32Array;
}

export const metName = (table: string): string => `met:${table}`;
export const stepsName = (table: string): string => `steps:${table}`;
/** Numbers of a step in `Table.steps`. */
export const stepWidth = 3;

const [rateAt, epsilonAt, keepAt] = [0, 1, 2] as const;
const lastStep = ({ steps }: Table): number => steps.length / stepWidth - 1;

/** For each step s after which a row was not met: its factor, and how far M/(√V + ε′) takes it, until the last step. */
interface Missed {
  readonly kept: Float64Array;
  readonly motion: Float64Array;
}

const known = new WeakMap<Float32Array, Missed>();

/**
 * A row last met at step s has gradient 0 at the steps i = s+1…t after it. There dense AdamW decays its moments to β₁ⁱ⁻ˢ M and
 * β₂ⁱ⁻ˢ V, its weight by keepᵢ, and moves it by rateᵢ · ρⁱ⁻ˢ · M/(√V + ε′) with ρ = β₁/√β₂. In all:
 *
 *     p ← p · Kₛ − Gₛ · M/(√V + ε′),  Kₛ = Π keepᵢ,  Gₛ = Σ rateᵢ ρⁱ⁻ˢ Kᵢ,  M ← β₁ᵗ⁻ˢ M,  V ← β₂ᵗ⁻ˢ V
 *
 * For a constant rate Gₛ is rate · ρ(1 − ρᵗ⁻ˢ)/(1 − ρ). This is dense AdamW but for ε, which is taken to shrink as √V does;
 * it counts where √V is as small.
 */
function missedSteps(table: Table): Missed {
  const { steps } = table;
  const found = known.get(steps);
  if (found) return found;
  const t = lastStep(table);
  const ratio = (steps[0] as number) / Math.sqrt(steps[1] as number);
  const [kept, motion] = [new Float64Array(t + 1).fill(1), new Float64Array(t + 1)];
  for (let s = t - 1; s >= 0; s--) {
    const next = stepWidth * (s + 1);
    const [K, G] = [kept[s + 1] as number, motion[s + 1] as number];
    motion[s] = ratio * ((steps[next + rateAt] as number) * K + G);
    kept[s] = (steps[next + keepAt] as number) * K;
  }
  const missed = { kept, motion };
  known.set(steps, missed);
  return missed;
}

/** Writes to `out` [D] the weights that a row has at the table's last step; see `missedSteps`. */
export function readRow(table: Table, row: number, out: Float32Array): void {
  const { D, weights, first, second, met, steps } = table;
  const since = met[row] as number;
  if (since === lastStep(table)) {
    out.set(weights.subarray(row * D, (row + 1) * D));
    return;
  }
  const { kept, motion } = missedSteps(table);
  const [K, G] = [kept[since] as number, motion[since] as number];
  const epsilon = steps[stepWidth * (since + 1) + epsilonAt] as number;
  for (let j = 0; j < D; j++) {
    const at = row * D + j;
    const m = first[at] as number;
    const moved = m === 0 ? 0 : (G * m) / (Math.sqrt(second[at] as number) + epsilon);
    out[j] = K * (weights[at] as number) - moved;
  }
}

/** Brings weights and moments of a row to the table's last step; see `missedSteps`. */
export function makeUp(table: Table, row: number): void {
  const { D, weights, first, second, met, steps } = table;
  const missed = lastStep(table) - (met[row] as number);
  if (missed === 0) return;
  readRow(table, row, weights.subarray(row * D, (row + 1) * D));
  const [kept1, kept2] = [(steps[0] as number) ** missed, (steps[1] as number) ** missed];
  for (let i = row * D; i < (row + 1) * D; i++) {
    (first[i] as number) *= kept1;
    (second[i] as number) *= kept2;
  }
  met[row] = lastStep(table);
}

/**
 * The steps of a table with one more.
 * @throws Error when it is not the next; RangeError for β₁² ≥ β₂, with which weights that get no gradient run away
 */
export function withStep(
  table: Table,
  options: AdamWOptions & AdamWStep,
): Float32Array<ArrayBuffer> {
  const [beta1, beta2] = options.betas ?? defaultBetas;
  if (!(beta1 ** 2 < beta2))
    throw new RangeError(
      `rows of ${table.name}: β₁² must be below β₂, got β₁ ${beta1} and β₂ ${beta2}; keep the table in the graph`,
    );
  const next = lastStep(table) + 1;
  if (options.step !== next)
    throw new Error(
      `rows of ${table.name}: the next step is ${next}, got ${options.step}; update a table at every step`,
    );
  const { rate, epsilon, keep } = adamWScalars(options, options);
  const steps = new Float32Array(table.steps.length + stepWidth);
  steps.set(table.steps);
  steps.set([beta1, beta2, 1]);
  steps.set([rate, epsilon, keep], table.steps.length);
  return steps;
}

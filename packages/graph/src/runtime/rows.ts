/** Rows of resident tables, gathered and updated outside the graph: a large vocabulary costs what a batch touches. */
import type { TensorData } from '../data.js';
import {
  type AdamWOptions,
  type AdamWStep,
  adamWScalars,
  defaultBetas,
  momentNames,
} from '../training/adamw.js';
import type { RowsFeed } from './protocol.js';
import type { Store } from './store.js';

/** The gradient of gathered rows, to be summed by row. */
export interface RowGradient {
  /** Name of the resident table [V, D]. */
  readonly table: string;
  /** Name of the resident gradient […, D], one row for each id. */
  readonly gradient: string;
  readonly ids: Int32Array;
  /** This row gets no gradient (PyTorch's padding_idx). */
  readonly paddingId?: number;
}

/** One AdamW step of the rows that were collected since the last. */
export interface RowUpdate extends AdamWOptions, AdamWStep {
  readonly table: string;
  /** Factor of the collected gradient: the `clipFactor` of the dense parameters' update. */
  readonly clipFactor?: number;
}

/** For each row, then for the table: the last step that updated it and the log of all its weight decay until then. */
const metName = (table: string): string => `met:${table}`;

/** Residents that row updates of a table [V, D] need, with their shapes; all start at zero. */
export function rowState(
  table: string,
  [V, D]: readonly [number, number],
): ReadonlyMap<string, readonly number[]> {
  const { first, second } = momentNames(table);
  return new Map([
    [first, [V, D]],
    [second, [V, D]],
    [metName(table), [V + 1, 2]],
  ]);
}

/** Gradients summed by row, in the order in which the rows were met. */
interface Collected {
  readonly slots: Map<number, number>;
  sums: Float32Array;
}

/** A table [rows, D] and its state as arrays that are written in place. */
interface Table {
  readonly rows: number;
  readonly D: number;
  readonly weights: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly met: Float32Array;
}

const nothing: Collected = { slots: new Map(), sums: new Float32Array(0) };

export class Rows {
  readonly #store: Store;
  readonly #collected = new Map<string, Collected>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The rows `ids` in the feed's shape. Throws when an id is no row. */
  gather({ rows, ids, shape }: RowsFeed): TensorData {
    const table = this.#store.floats(rows, `rows of ${rows}`);
    const [V, D] = table.shape as [number, number];
    const size = shape.reduce((a, b) => a * b, 1);
    if (size !== ids.length * D)
      throw new Error(
        `rows of ${rows}: shape must hold ${ids.length} rows of ${D}, got [${shape}]`,
      );
    const data = new Float32Array(size);
    ids.forEach((id, i) => {
      if (!(id >= 0 && id < V))
        throw new Error(`rows of ${rows}: ids must be in 0…${V - 1}, got ${id}`);
      data.set(table.data.subarray(id * D, (id + 1) * D), i * D);
    });
    return { data, shape };
  }

  /** Adds a gradient to what is collected for its table; the squared norm of all that is collected. */
  async collect({ table, gradient, ids, paddingId }: RowGradient): Promise<number> {
    const D = this.#store.floats(table, `rows of ${table}`).shape[1] as number;
    const values = (await this.#store.values(
      this.#store.need(gradient, `rows of ${table}`),
    )) as Float32Array;
    if (values.length !== ids.length * D)
      throw new Error(
        `rows of ${table}: ${gradient} must hold ${ids.length} rows of ${D}, got ${values.length / D}`,
      );
    const { slots, sums: before } = this.#collected.get(table) ?? { ...nothing, slots: new Map() };
    for (const id of ids) if (id !== paddingId && !slots.has(id)) slots.set(id, slots.size);
    const sums = new Float32Array(slots.size * D);
    sums.set(before);
    ids.forEach((id, i) => {
      const slot = slots.get(id);
      if (slot === undefined) return;
      for (let j = 0; j < D; j++) (sums[slot * D + j] as number) += values[i * D + j] as number;
    });
    this.#collected.set(table, { slots, sums });
    return sums.reduce((sum, x) => sum + x * x, 0);
  }

  /**
   * AdamW at step t of the collected rows and of no others. A row that was last updated at step s has missed
   * n = t − s − 1 steps in which dense AdamW would have decayed it. That is made up for first:
   * m ← β₁ⁿ m, v ← β₂ⁿ v, p ← p · Π (1 − lr·wd) over the missed steps.
   * What still differs from dense AdamW: a row does not move on by its old momentum while it is not met, and it was read
   * before its missed decay.
   */
  update({ table: name, clipFactor = 1, ...options }: RowUpdate): void {
    const { slots, sums } = this.#collected.get(name) ?? nothing;
    const table = this.#table(name);
    const { rate, epsilon, keep } = adamWScalars(options, options);
    const betas = options.betas ?? defaultBetas;
    const now = Math.fround((table.met[2 * table.rows + 1] as number) + Math.log(keep));
    for (const [row, slot] of slots) {
      makeUp(table, row, { step: options.step - 1, betas });
      updateRow(table, row, {
        gradient: sums.subarray(slot * table.D, (slot + 1) * table.D),
        clipFactor,
        betas,
        rate,
        epsilon,
        keep,
      });
      table.met.set([options.step, now], 2 * row);
    }
    table.met.set([options.step, now], 2 * table.rows);
    this.#collected.delete(name);
  }

  /** Makes up for the missed decay of all rows, so that the table can be saved or read whole. */
  settle({
    table: name,
    betas = defaultBetas,
  }: {
    readonly table: string;
    readonly betas?: readonly [number, number];
  }): void {
    const table = this.#table(name);
    const step = table.met[2 * table.rows] as number;
    for (let row = 0; row < table.rows; row++) makeUp(table, row, { step, betas });
  }

  #table(name: string): Table {
    const need = (resident: string) => this.#store.floats(resident, `rows of ${name}`);
    const { data: weights, shape } = need(name);
    const [rows, D] = shape as [number, number];
    const [first, second] = Object.values(momentNames(name)).map((moment) => need(moment).data) as [
      Float32Array,
      Float32Array,
    ];
    return { rows, D, weights, first, second, met: need(metName(name)).data };
  }
}

/** Decays a row, which was last updated before, as all steps up to `step` would have. */
function makeUp(
  { rows, D, weights, first, second, met }: Table,
  row: number,
  { step, betas }: { step: number; betas: readonly [number, number] },
): void {
  const missed = step - (met[2 * row] as number);
  if (missed <= 0) return;
  const logDecay = met[2 * rows + 1] as number;
  const factors = [
    Math.exp(logDecay - (met[2 * row + 1] as number)),
    betas[0] ** missed,
    betas[1] ** missed,
  ];
  [weights, first, second].forEach((values, k) => {
    for (let i = row * D; i < (row + 1) * D; i++) (values[i] as number) *= factors[k] as number;
  });
  met.set([step, logDecay], 2 * row);
}

interface RowStep {
  readonly gradient: Float32Array;
  readonly clipFactor: number;
  readonly betas: readonly [number, number];
  readonly rate: number;
  readonly epsilon: number;
  readonly keep: number;
}

/** The formula of `adamWScalars` on one row. */
function updateRow(
  { D, weights, first, second }: Table,
  row: number,
  { gradient, clipFactor, betas, rate, epsilon, keep }: RowStep,
): void {
  for (let j = 0; j < D; j++) {
    const [at, g] = [row * D + j, clipFactor * (gradient[j] as number)];
    const m = betas[0] * (first[at] as number) + g;
    const v = betas[1] * (second[at] as number) + g * g;
    first[at] = m;
    second[at] = v;
    weights[at] = keep * (weights[at] as number) - (rate * m) / (Math.sqrt(v) + epsilon);
  }
}

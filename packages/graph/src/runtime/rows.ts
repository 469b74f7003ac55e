/** Rows of resident tables, gathered and updated outside the graph: a large vocabulary costs what a batch touches. */
import type { TensorData } from '../data.js';
import {
  type AdamWOptions,
  type AdamWStep,
  adamWScalars,
  defaultBetas,
  momentNames,
} from '../training/adamw.js';
import {
  makeUp,
  metName,
  readRow,
  stepsName,
  stepWidth,
  type Table,
  withStep,
} from './missed-steps.js';
import type { RowsFeed } from './protocol.js';
import type { Store } from './store.js';

/** Gradients of gathered rows, to be summed by row. */
export interface RowGradients {
  /** Name of the resident table [V, D]. */
  readonly table: string;
  /** Names of resident gradients […, D], one row for each of their ids. */
  readonly gradients: readonly { readonly name: string; readonly ids: Int32Array }[];
  /** This row gets no gradient (PyTorch's padding_idx). */
  readonly paddingId?: number;
}

/** One AdamW step of the rows collected. */
export interface RowUpdate extends AdamWOptions, AdamWStep {
  readonly table: string;
}

/** Residents that row updates of a table [V, D] need, with their shapes; all start at zero. */
export function rowState(
  table: string,
  [V, D]: readonly [number, number],
): ReadonlyMap<string, readonly number[]> {
  const { first, second } = momentNames(table);
  return new Map([
    [first, [V, D]],
    [second, [V, D]],
    [metName(table), [V]],
    [stepsName(table), [1, stepWidth]],
  ]);
}

/** Gradients summed by row, in the order in which the rows were met. */
interface Collected {
  readonly slots: ReadonlyMap<number, number>;
  readonly sums: Float32Array;
}

const nothing: Collected = { slots: new Map(), sums: new Float32Array(0) };

export class Rows {
  readonly #store: Store;
  readonly #collected = new Map<string, Collected>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The rows `ids` in the feed's shape. Throws when an id is no row. */
  gather({ rows, ids, shape, makesUp = false }: RowsFeed): TensorData {
    const { data: weights, shape: own } = this.#store.floats(rows, `rows of ${rows}`);
    const [V, D] = own as [number, number];
    const table = makesUp ? this.#table(rows) : undefined;
    const size = shape.reduce((a, b) => a * b, 1);
    if (size !== ids.length * D)
      throw new Error(
        `rows of ${rows}: shape must hold ${ids.length} rows of ${D}, got [${shape}]`,
      );
    const data = new Float32Array(size);
    ids.forEach((id, i) => {
      if (!(id >= 0 && id < V))
        throw new Error(`rows of ${rows}: ids must be in 0…${V - 1}, got ${id}`);
      const row = data.subarray(i * D, (i + 1) * D);
      if (table) readRow(table, id, row);
      else row.set(weights.subarray(id * D, (id + 1) * D));
    });
    return { data, shape };
  }

  /** Sums gradients by row, in place of what was collected for the table; the squared norm of the sums. */
  async collect({ table, gradients, paddingId }: RowGradients): Promise<number> {
    const D = this.#store.floats(table, `rows of ${table}`).shape[1] as number;
    const slots = new Map<number, number>();
    for (const { ids } of gradients)
      for (const id of ids) if (id !== paddingId && !slots.has(id)) slots.set(id, slots.size);
    const sums = new Float32Array(slots.size * D);
    for (const { name, ids } of gradients) {
      const tensor = this.#store.need(name, `rows of ${table}`);
      const values = (await this.#store.values(tensor)) as Float32Array;
      if (values.length !== ids.length * D)
        throw new Error(
          `rows of ${table}: ${name} must hold ${ids.length} rows of ${D}, got ${values.length / D}`,
        );
      addRows(sums, { slots, ids, values, D });
    }
    this.#collected.set(table, { slots, sums });
    return squaredNorm(sums);
  }

  /**
   * AdamW of the collected rows and of no others; what a row missed is made up for first (see missed-steps.ts).
   * Throws when the step is not the one after the last.
   */
  update({ table: name, clipFactor = 1, ...options }: RowUpdate): void {
    const { slots, sums } = this.#collected.get(name) ?? nothing;
    const table = this.#table(name);
    const steps = withStep(table, options);
    const scalars = adamWScalars(options, options);
    const betas = options.betas ?? defaultBetas;
    for (const [row, slot] of slots) {
      makeUp(table, row);
      const gradient = sums.subarray(slot * table.D, (slot + 1) * table.D);
      updateRow(table, row, { gradient, clipFactor, betas, ...scalars });
      table.met[row] = options.step;
    }
    const shape = [steps.length / stepWidth, stepWidth];
    this.#store.put(stepsName(name), { data: steps, shape, type: 'float32' });
    this.#collected.delete(name);
  }

  /** Makes up for what all rows missed, so that the table can be saved or read whole. */
  settle(name: string): void {
    const table = this.#table(name);
    for (let row = 0; row < table.rows; row++) makeUp(table, row);
  }

  #table(name: string): Table {
    const need = (resident: string) => this.#store.floats(resident, `rows of ${name}`).data;
    const { data: weights, shape } = this.#store.floats(name, `rows of ${name}`);
    const [rows, D] = shape as [number, number];
    const moments = momentNames(name);
    return {
      name,
      rows,
      D,
      weights,
      first: need(moments.first),
      second: need(moments.second),
      met: need(metName(name)),
      steps: need(stepsName(name)),
    };
  }
}

/** Adds row i of the values to the sum of ids[i]. */
function addRows(
  sums: Float32Array,
  {
    slots,
    ids,
    values,
    D,
  }: {
    readonly slots: ReadonlyMap<number, number>;
    readonly ids: Int32Array;
    readonly values: Float32Array;
    readonly D: number;
  },
): void {
  for (let i = 0; i < ids.length; i++) {
    const slot = slots.get(ids[i] as number);
    if (slot === undefined) continue;
    const [to, from] = [slot * D, i * D];
    for (let j = 0; j < D; j++) (sums[to + j] as number) += values[from + j] as number;
  }
}

function squaredNorm(values: Float32Array): number {
  let sum = 0;
  for (const x of values) sum += x * x;
  return sum;
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

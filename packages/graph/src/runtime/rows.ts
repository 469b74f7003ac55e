/** Rows of resident tables, gathered and updated outside the graph: a large vocabulary costs what a batch touches. */
import type { TensorData } from '../data.js';
import type { RowsFeed } from './protocol.js';
import type { Store } from './store.js';

/** The rows `ids` of a resident [V, D] in the feed's shape. Throws when an id is no row. */
export function gatherRows(store: Store, { rows, ids, shape }: RowsFeed): TensorData {
  const table = store.floats(rows, 'rows feed');
  const [V, D] = [table.shape[0] ?? 0, table.shape.slice(1).reduce((a, b) => a * b, 1)];
  const size = shape.reduce((a, b) => a * b, 1);
  if (size !== ids.length * D)
    throw new Error(
      `rows feed ${rows}: shape must hold ${ids.length} rows of ${D}, got [${shape}]`,
    );
  const data = new Float32Array(size);
  ids.forEach((id, i) => {
    if (id < 0 || id >= V) throw new Error(`rows feed ${rows}: ids must be below ${V}, got ${id}`);
    data.set(table.data.subarray(id * D, (id + 1) * D), i * D);
  });
  return { data, shape };
}

export interface RowUpdate {
  readonly table: string;
}

export function updateRows(_store: Store, _update: RowUpdate): void {}

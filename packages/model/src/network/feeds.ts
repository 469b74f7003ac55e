/** Arrays by input name, and how rows of different length become one of them. */

import type { TensorData } from '@calibre/graph';

/** Arrays by input name; a graph is fed those that it declares. */
export type Feeds = Readonly<Record<string, TensorData>>;

/** Cross-entropy leaves this label out. */
export const ignoredLabel = -100;

/** Rows of different length → int32 [B, width]. */
export function padded(
  rows: readonly ArrayLike<number>[],
  { width, fill }: { readonly width: number; readonly fill: number },
) {
  const data = new Int32Array(rows.length * width).fill(fill);
  for (const [b, row] of rows.entries()) data.set(row, b * width);
  return { data, shape: [rows.length, width] };
}

/** float32 [B, width]: 1 on the first `lengths[b]` columns of row b. */
export function prefixMask(lengths: readonly number[], width: number): TensorData {
  const data = new Float32Array(lengths.length * width);
  for (const [b, length] of lengths.entries()) data.fill(1, b * width, b * width + length);
  return { data, shape: [lengths.length, width] };
}

/** The feeds that `names` declares. Throws where one is missing. */
export function pickFeeds(feeds: Feeds, names: Iterable<string>): Record<string, TensorData> {
  const picked: Record<string, TensorData> = {};
  for (const name of names) {
    const feed = feeds[name];
    if (feed === undefined)
      throw new Error(
        `feeds: the graph reads ${name}, which this batch lacks (it has ${Object.keys(feeds).join(', ')}); assemble it with its gold answers or masked tokens`,
      );
    picked[name] = feed;
  }
  return picked;
}

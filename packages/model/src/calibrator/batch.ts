/** Rows → the padded arrays that the network is fed. The names are the graph's input names. */

import type { TensorData } from '@calibre/graph';
import type { CalibratorConfiguration } from '../network/configuration.js';
import type { EncoderConfiguration } from '../network/encoder-configuration.js';
import { positionIds } from '../network/positions.js';
import { type CalibratorRow, forEachCandidate } from './row.js';

/** Arrays by input name; a graph is fed those that it declares. */
export type Feeds = Readonly<Record<string, TensorData>>;

/**
 * B rows, T tokens, W units. int32 [B,T]: inputIds, tokenTypeIds, positionIds, indexIds, shapeIds, labelIds;
 * float32 [B,T]: attentionMask; int32 [B,W]: startPositions, endPositions; float32 [B,W]: unitMask; float32 [B,W,W]:
 * candidates. Where every row has a gold answer also int32 [B]: goldStart, goldEnd (units), goldLabel.
 */
export function calibratorFeeds(
  rows: readonly CalibratorRow[],
  options: {
    readonly configuration: CalibratorConfiguration;
    readonly encoder: EncoderConfiguration;
    /** Id that fills short rows. */
    readonly pad: number;
  },
): Feeds {
  const { configuration, encoder, pad } = options;
  const B = rows.length;
  const T = Math.max(...rows.map((row) => row.inputIds.length));
  const W = Math.max(...rows.map((row) => row.unitWords.length));
  const tokens = (column: (row: CalibratorRow) => readonly number[], fill = 0) =>
    padded(rows.map(column), { width: T, fill });
  const units = (column: (row: CalibratorRow) => readonly number[]) =>
    padded(rows.map(column), { width: W, fill: 0 });
  const inputIds = tokens((row) => row.inputIds, pad);
  const candidates = new Float32Array(B * W * W);
  for (const [b, row] of rows.entries())
    forEachCandidate(row, configuration, (i, j) => {
      candidates[(b * W + i) * W + j] = 1;
    });
  return {
    inputIds,
    tokenTypeIds: tokens((row) => row.tokenTypeIds),
    positionIds: positionIds(inputIds, encoder),
    indexIds: tokens((row) => row.indexIds),
    shapeIds: tokens((row) => row.shapeIds),
    labelIds: tokens((row) => row.labelIds),
    attentionMask: prefixMask(
      rows.map((row) => row.inputIds.length),
      T,
    ),
    startPositions: units((row) => row.startPositions),
    endPositions: units((row) => row.endPositions),
    unitMask: prefixMask(
      rows.map((row) => row.unitWords.length),
      W,
    ),
    candidates: { data: candidates, shape: [B, W, W] },
    ...(rows.every((row) => row.gold !== undefined) ? goldFeeds(rows) : {}),
  };
}

function goldFeeds(rows: readonly CalibratorRow[]): Feeds {
  const column = (key: 'start' | 'end' | 'label'): TensorData => ({
    data: Int32Array.from(rows, (row) => row.gold?.[key] as number),
    shape: [rows.length],
  });
  return { goldStart: column('start'), goldEnd: column('end'), goldLabel: column('label') };
}

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

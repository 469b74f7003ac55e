/** Rows → the padded arrays that the network is fed. The names are the graph's input names. */

import type { TensorData } from '@calibre/graph';
import type { CalibratorConfiguration } from '../network/configuration.js';
import type { EncoderConfiguration } from '../network/encoder-configuration.js';
import { type Feeds, padded, prefixMask } from '../network/feeds.js';
import { positionIds } from '../network/positions.js';
import { type CalibratorRow, forEachCandidate } from './row.js';

/**
 * B rows, T tokens, W units. int32 [B,T]: inputIds, tokenTypeIds, positionIds, indexIds, shapeIds, labelIds;
 * float32 [B,T]: attentionMask; int32 [B,W]: startPositions, endPositions; float32 [B,W]: unitMask. Where every row has a
 * gold answer also int32 [B]: goldStart, goldEnd (units), goldLabel; float32 [B,W,W]: candidates.
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
  const T = Math.max(...rows.map((row) => row.inputIds.length));
  const W = Math.max(...rows.map((row) => row.unitWords.length));
  const tokens = (column: (row: CalibratorRow) => readonly number[], fill = 0) =>
    padded(rows.map(column), { width: T, fill });
  const units = (column: (row: CalibratorRow) => readonly number[]) =>
    padded(rows.map(column), { width: W, fill: 0 });
  const inputIds = tokens((row) => row.inputIds, pad);
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
    ...(rows.every((row) => row.gold !== undefined) ? goldFeeds(rows, { configuration, W }) : {}),
  };
}

function goldFeeds(
  rows: readonly CalibratorRow[],
  { configuration, W }: { configuration: CalibratorConfiguration; W: number },
): Feeds {
  const candidates = new Float32Array(rows.length * W * W);
  for (const [b, row] of rows.entries())
    forEachCandidate(row, configuration, (i, j) => {
      candidates[(b * W + i) * W + j] = 1;
    });
  const column = (key: 'start' | 'end' | 'label'): TensorData => ({
    data: Int32Array.from(rows, (row) => row.gold?.[key] as number),
    shape: [rows.length],
  });
  return {
    goldStart: column('start'),
    goldEnd: column('end'),
    goldLabel: column('label'),
    candidates: { data: candidates, shape: [rows.length, W, W] },
  };
}

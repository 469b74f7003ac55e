/** Masked language modelling beside span recovery (paper 3.2.2): hides passage tokens, and both copies of an answer's token. */

import { type Feeds, ignoredLabel, padded } from '../network/feeds.js';
import type { CalibratorRow } from './row.js';

export interface MaskingOptions {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly maskId: number;
  /** Replacement tokens are drawn from [0, vocabularySize). */
  readonly vocabularySize: number;
  /** Share of passage tokens to predict. */
  readonly share?: number;
}

// Devlin et al. 2019: of the chosen tokens 80 % become [MASK], 10 % a random token, 10 % stay.
const bert = { share: 0.15, masked: 0.8, random: 0.1 };

/**
 * The feeds of `rows` with some passage tokens hidden: `inputIds` changed, `maskedPositions` and `maskedLabels` [B,M]
 * added. A chosen token inside the mention changes in the answer copy too, or the copy would give it away.
 */
export function maskTokens(
  rows: readonly CalibratorRow[],
  feeds: Feeds,
  { random, maskId, vocabularySize, share = bert.share }: MaskingOptions,
): Feeds {
  const { data, shape } = feeds.inputIds as { data: Int32Array; shape: readonly number[] };
  const ids = Int32Array.from(data);
  const T = shape[1] as number;
  const hidden = (id: number) => {
    const draw = random();
    if (draw < bert.masked) return maskId;
    return draw < bert.masked + bert.random ? Math.floor(random() * vocabularySize) : id;
  };
  const chosen = rows.map((row, b) => {
    const positions: number[] = [];
    const mention = row.indexIds.indexOf(1);
    for (let t = row.passageColumn; t <= (row.endPositions.at(-1) as number); t++) {
      if (random() >= share) continue;
      positions.push(t);
      const id = hidden(row.inputIds[t] as number);
      ids[b * T + t] = id;
      if (row.indexIds[t] === 1) ids[b * T + row.answerColumn + t - mention] = id;
    }
    return positions;
  });
  const width = Math.max(1, ...chosen.map((positions) => positions.length));
  const labels = chosen.map((positions, b) =>
    positions.map((t) => (rows[b] as CalibratorRow).inputIds[t] as number),
  );
  return {
    ...feeds,
    inputIds: { data: ids, shape },
    maskedPositions: padded(chosen, { width, fill: 0 }),
    maskedLabels: padded(labels, { width, fill: ignoredLabel }),
  };
}

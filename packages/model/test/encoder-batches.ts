/** The recorded encoders and their batches as feeds of our graphs. */
import type { Runtime } from '@calibre/graph';
import {
  type Configuration,
  type Feeds,
  ignoredLabel,
  positionIds,
  readConfiguration,
} from '../src/index.js';
import { goldenJson, goldenTensors, putAll, type Recorded } from './golden.js';

/** A recorded encoder with its classifier of nine tags. */
export const goldenConfiguration = (name: string): Configuration => ({
  ...readConfiguration(goldenJson(`${name}/config.json`)),
  tags: Array.from({ length: 9 }, (_, tag) => String(tag)),
});

/** Makes a recorded encoder's weights resident, and those of its heads. */
export async function putGolden(runtime: Runtime, name: string): Promise<void> {
  for (const file of ['model', 'heads'])
    await putAll(runtime, (await goldenTensors(`${name}/${file}.safetensors`)).tensors);
}

type Rows = readonly (readonly number[])[];
const flatten = (rows: Rows | readonly number[]) => rows.flat() as number[];
const shapeOf = (rows: Rows | readonly number[]) =>
  Array.isArray(rows[0]) ? [rows.length, rows[0].length] : [rows.length];

export const integers = (rows: Rows | readonly number[]) => ({
  data: Int32Array.from(flatten(rows)),
  shape: shapeOf(rows),
});
const floats = (rows: Rows) => ({ data: Float32Array.from(flatten(rows)), shape: shapeOf(rows) });

/** Feeds of a recorded batch for any of the graphs. */
export function feedsOf(batch: Recorded, { encoder }: Configuration): Feeds {
  const [B, T] = [batch.inputIds.length, batch.inputIds[0].length];
  const ids = integers(batch.inputIds);
  const rows = <X>(value: (b: number, t: number) => X) =>
    Array.from({ length: B }, (_, b) => Array.from({ length: T }, (__, t) => value(b, t)));
  const inside = (position: number) => (position < T ? position : ignoredLabel);
  // Where the language model has something to predict; −100 elsewhere.
  const masked: number[][] = batch.mlmLabels.map((labels: number[]) =>
    labels.flatMap((label, t) => (label === ignoredLabel ? [] : [t])),
  );
  const M = Math.max(...masked.map((row) => row.length));
  const fill = (value: (b: number, t: number) => number, otherwise: number) =>
    masked.map((row, b) =>
      Array.from({ length: M }, (_, m) =>
        m < row.length ? value(b, row[m] as number) : otherwise,
      ),
    );
  return {
    inputIds: ids,
    attentionMask: floats(batch.attentionMask),
    tokenTypeIds: integers(batch.tokenTypeIds ?? rows(() => 0)),
    languageIds: integers(batch.langs ?? rows(() => 0)),
    positionIds: positionIds(ids, encoder),
    wordPositions: integers(rows((_, t) => t)),
    tagIds: integers(batch.tokenLabels),
    goldStart: integers(batch.startPositions.map(inside)),
    goldEnd: integers(batch.endPositions.map(inside)),
    answerMask: floats(rows(() => 1)),
    maskedPositions: integers(fill((_, t) => t, 0)),
    maskedLabels: integers(fill((b, t) => batch.mlmLabels[b][t], ignoredLabel)),
  };
}

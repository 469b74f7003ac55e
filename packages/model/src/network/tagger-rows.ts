/** Sentences of words → the rows a tagger reads, in windows where they are long, and the tags read back, one for each word. */

import type { SequenceLayout } from '../tokenizers/layout.js';
import type { EncoderConfiguration } from './encoder-configuration.js';
import { type Feeds, ignoredLabel, padded, prefixMask } from './feeds.js';
import { positionIds } from './positions.js';
import type { TokenizedWords } from './tokenized-words.js';

export interface TaggerRow {
  readonly inputIds: readonly number[];
  readonly shapeIds: readonly number[];
  /** Column of the first token of each word that this row answers for. */
  readonly wordPositions: readonly number[];
  /** Index in the sentence of the first such word. */
  readonly firstWord: number;
}

export interface TaggerRowOptions {
  readonly layout: SequenceLayout;
  /** The most tokens the encoder reads (`maxTokens`). */
  readonly maxTokens: number;
}

/**
 * One row, or for a sentence beyond the encoder several that share a quarter of their tokens; each word is answered for by
 * the row in which it stands further from an edge. Windows hold whole words; of a word that fills more than a window alone
 * the first tokens are read.
 */
export function taggerRows(
  { ids, wordStarts, shapes }: TokenizedWords,
  { layout, maxTokens }: TaggerRowOptions,
): TaggerRow[] {
  const { prefix, suffix } = layout;
  const budget = maxTokens - prefix.length - suffix.length;
  const windows = wordWindows(wordStarts, { budget, shared: Math.floor(budget / 4) });
  const token = (word: number) => wordStarts[word] as number;
  return windows.map(({ from, to }, index) => {
    const before = windows[index - 1]?.to;
    const after = windows[index + 1]?.from;
    const first = before === undefined ? from : Math.ceil((from + before) / 2);
    const end = after === undefined ? to : Math.ceil((after + to) / 2);
    const words = Array.from({ length: end - first }, (_, i) => first + i);
    const tokens = ids.slice(token(from), Math.min(token(to), token(from) + budget));
    const shapeOf = (word: number) =>
      new Array<number>(token(word + 1) - token(word)).fill(shapes[word] as number);
    const wordShapes = Array.from({ length: to - from }, (_, i) => shapeOf(from + i)).flat();
    return {
      inputIds: [...prefix, ...tokens, ...suffix],
      shapeIds: [
        ...prefix.map(() => 0),
        ...wordShapes.slice(0, tokens.length),
        ...suffix.map(() => 0),
      ],
      wordPositions: words.map((word) => prefix.length + token(word) - token(from)),
      firstWord: first,
    };
  });
}

/** Runs of whole words of at most `budget` tokens; neighbours share about `shared` tokens. */
function wordWindows(
  wordStarts: readonly number[],
  { budget, shared }: { budget: number; shared: number },
): { from: number; to: number }[] {
  const words = wordStarts.length - 1;
  const token = (word: number) => wordStarts[word] as number;
  const windows: { from: number; to: number }[] = [];
  for (let from = 0; from < words; ) {
    let to = from + 1;
    while (to < words && token(to + 1) - token(from) <= budget) to++;
    windows.push({ from, to });
    if (to === words) break;
    let next = to;
    while (next - 1 > from && token(to) - token(next - 1) <= shared) next--;
    from = next;
  }
  return windows;
}

/**
 * The feeds of a tagger's graphs: inputIds, tokenTypeIds, positionIds, shapeIds, attentionMask, wordPositions, and with
 * `tags` (a tag index for each word of each row; −100: none) tagIds for the loss.
 */
export function taggerFeeds(
  rows: readonly TaggerRow[],
  options: {
    readonly encoder: EncoderConfiguration;
    readonly pad: number;
    readonly tags?: readonly (readonly number[])[];
  },
): Feeds {
  const T = Math.max(...rows.map((row) => row.inputIds.length));
  const W = Math.max(...rows.map((row) => row.wordPositions.length));
  const inputIds = padded(
    rows.map((row) => row.inputIds),
    { width: T, fill: options.pad },
  );
  return {
    inputIds,
    tokenTypeIds: { data: new Int32Array(rows.length * T), shape: [rows.length, T] },
    positionIds: positionIds(inputIds, options.encoder),
    shapeIds: padded(
      rows.map((row) => row.shapeIds),
      { width: T, fill: 0 },
    ),
    attentionMask: prefixMask(
      rows.map((row) => row.inputIds.length),
      T,
    ),
    wordPositions: padded(
      rows.map((row) => row.wordPositions),
      { width: W, fill: 0 },
    ),
    ...(options.tags && { tagIds: padded(options.tags, { width: W, fill: ignoredLabel }) }),
  };
}

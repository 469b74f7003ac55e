/** One initial answer beside its passage, as the token columns that the network reads. Does not pad and holds no weights. */

import type { Span } from '@calibre/metrics';
import type { CalibratorConfiguration } from '../network/configuration.js';
import { ignoredLabel } from '../network/feeds.js';
import type { TokenizedWords } from '../network/tokenized-words.js';
import { assemble, type SequenceLayout } from '../tokenizers/layout.js';
import { windowAround } from './window.js';

export interface CalibratorItem {
  readonly passage: TokenizedWords;
  /** The initial answer in words of the passage. */
  readonly initial: Span;
  /** Token ids of the question; reading comprehension only. */
  readonly question?: readonly number[];
  /** Training only: the gold answer in words, or null for no answer. */
  readonly gold?: Span | null;
}

/** Columns of one input, and which words its units are. */
export interface CalibratorRow {
  readonly inputIds: readonly number[];
  readonly tokenTypeIds: readonly number[];
  /** 1 on the tokens of the mention being calibrated, in the passage only. */
  readonly indexIds: readonly number[];
  readonly shapeIds: readonly number[];
  /** On the answer copy 1 + the initial label's index (an unknown label: the last row); 0 elsewhere. */
  readonly labelIds: readonly number[];
  /** Column of the first passage token, and of the answer copy. */
  readonly passageColumn: number;
  readonly answerColumn: number;
  /** First and last token column of each unit; unit 0 is [CLS], the no-answer unit. */
  readonly startPositions: readonly number[];
  readonly endPositions: readonly number[];
  /** Word of the passage that each unit is, or belongs to; −1 for unit 0. */
  readonly unitWords: readonly number[];
  /** First and last unit of the initial answer. */
  readonly initial: UnitPair;
  /** The same of the gold answer, (0, 0) for none; undefined outside training. */
  readonly gold?: UnitPair & { readonly label: number };
}

/** First and last unit, inclusive. */
export interface UnitPair {
  readonly start: number;
  readonly end: number;
}

export interface RowOptions {
  readonly configuration: CalibratorConfiguration;
  readonly layout: SequenceLayout;
  /** The most tokens the encoder reads (`maxTokens`). */
  readonly maxTokens: number;
}

/**
 * Lays out [CLS] (question [SEP]) initial answer [SEP] passage [SEP] (paper 3.1.2); the answer's tokens are the passage's.
 * A passage too long for the encoder is read in a window around the initial answer, in training too: a window around the
 * gold answer would give it away. Undefined where that cannot be: the answer has no token or does not fit beside its copy,
 * or the gold answer lies outside the window.
 */
export function calibratorRow(
  item: CalibratorItem,
  { configuration, layout, maxTokens }: RowOptions,
): CalibratorRow | undefined {
  const { passage, initial, gold } = item;
  const { wordStarts } = passage;
  const token = (word: number) => wordStarts[word] as number;
  const answer = passage.ids.slice(token(initial.start), token(initial.end));
  const head = item.question === undefined ? [answer] : [item.question, answer];
  const budget = maxTokens - assemble(layout, [...head, []]).ids.length;
  const window = windowAround(wordStarts, {
    core: { from: initial.start, to: initial.end },
    budget,
  });
  if (window === undefined || answer.length === 0) return undefined;

  const firstToken = token(window.from);
  const { ids, typeIds, starts } = assemble(layout, [
    ...head,
    passage.ids.slice(firstToken, token(window.to)),
  ]);
  const [answerColumn, passageColumn] = starts.slice(-2) as [number, number];
  const column = (word: number) => passageColumn + token(word) - firstToken;
  const zeros = () => new Array<number>(ids.length).fill(0);
  const shapeIds = zeros();
  for (const [words, first] of [
    [{ from: initial.start, to: initial.end }, answerColumn],
    [window, passageColumn],
  ] as const)
    for (let word = words.from; word < words.to; word++)
      shapeIds.fill(
        passage.shapes[word] as number,
        first + token(word) - token(words.from),
        first + token(word + 1) - token(words.from),
      );

  const units = unitsOf(passage, { ...window, column, unit: configuration.unit });
  const initialUnits = unitsWithin(units.unitWords, initial);
  if (initialUnits === undefined) return undefined;
  const row = {
    inputIds: ids,
    tokenTypeIds: typeIds,
    indexIds: zeros().fill(1, column(initial.start), column(initial.end)),
    shapeIds,
    labelIds: zeros().fill(
      labelRow(initial.label, configuration.labels),
      answerColumn,
      answerColumn + answer.length,
    ),
    passageColumn,
    answerColumn,
    ...units,
    initial: initialUnits,
  };
  if (gold === undefined) return row;
  if (gold === null) return { ...row, gold: { start: 0, end: 0, label: 0 } };
  const goldUnits = unitsWithin(units.unitWords, gold);
  if (goldUnits === undefined || gold.start < window.from || gold.end > window.to) return undefined;
  const label = configuration.labels.indexOf(gold.label);
  return { ...row, gold: { ...goldUnits, label: label < 0 ? ignoredLabel : label } };
}

/** Row 0: not the answer copy; 1 + index: a known label; the last row: any other. */
function labelRow(label: string, labels: readonly string[]): number {
  const index = labels.indexOf(label);
  return index < 0 ? labels.length + 1 : index + 1;
}

function unitsOf(
  { wordStarts }: TokenizedWords,
  {
    from,
    to,
    column,
    unit,
  }: { from: number; to: number; column: (word: number) => number; unit: 'token' | 'word' },
): Pick<CalibratorRow, 'startPositions' | 'endPositions' | 'unitWords'> {
  const starts = [0];
  const ends = [0];
  const words = [-1];
  for (let word = from; word < to; word++) {
    const first = column(word);
    const tokens = (wordStarts[word + 1] as number) - (wordStarts[word] as number);
    if (tokens === 0) continue;
    const perUnit = unit === 'word' ? tokens : 1;
    for (let offset = 0; offset < tokens; offset += perUnit) {
      starts.push(first + offset);
      ends.push(first + offset + perUnit - 1);
      words.push(word);
    }
  }
  return { startPositions: starts, endPositions: ends, unitWords: words };
}

/** First and last unit of the words [start, end); undefined where they have none. */
function unitsWithin(unitWords: readonly number[], { start, end }: Span): UnitPair | undefined {
  const first = unitWords.findIndex((word) => word >= start && word < end);
  if (first < 0) return undefined;
  return { start: first, end: unitWords.findLastIndex((word) => word >= start && word < end) };
}

/**
 * Calls `visit` with every pair of units that may be an answer: (0, 0), the configured candidates, and the initial and the
 * gold answer even beyond `maxSpan`. Each once, by start and then by end.
 */
export function forEachCandidate(
  row: CalibratorRow,
  { candidates, maxSpan }: CalibratorConfiguration,
  visit: (start: number, end: number) => void,
): void {
  const { startPositions, endPositions, unitWords, initial, gold } = row;
  const kept = gold === undefined ? [initial] : [initial, gold];
  const always = (i: number, j: number) => kept.some(({ start, end }) => i === start && j === end);
  const word = (unit: number) => unitWords[unit];
  const fits = (i: number, j: number) =>
    candidates === 'tokens'
      ? (endPositions[j] as number) - (startPositions[i] as number) < maxSpan
      : (word(j) as number) - (word(i) as number) < maxSpan;
  visit(0, 0);
  for (let i = 1; i < unitWords.length; i++) {
    const opens = candidates !== 'wordAligned' || word(i - 1) !== word(i);
    const furthest = kept.reduce(
      (end, pair) => (pair.start === i ? Math.max(end, pair.end) : end),
      0,
    );
    for (let j = i; j < unitWords.length; j++) {
      const near = fits(i, j);
      if (!near && j > furthest) break; // no further end fits either
      const closes = candidates !== 'wordAligned' || word(j + 1) !== word(j);
      if ((near && opens && closes) || always(i, j)) visit(i, j);
    }
  }
}

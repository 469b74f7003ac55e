/** Character spans ↔ word spans, and UTF-16 ↔ code point offsets. What does not fit is handed back, never dropped. */
import { firstAtLeast } from './overlap.js';
import { checkSpan, describeSpan, type Span } from './span.js';

/** Where a word stands in its text: UTF-16 code units, half-open. */
export interface WordOffsets {
  readonly charStart: number;
  readonly charEnd: number;
}

/** What to do with a boundary inside a word: refuse the span, take the whole word in, or leave it out. */
export type AlignMode = 'strict' | 'expand' | 'contract';

export interface Unaligned {
  readonly span: Span;
  /** Place among the spans given. */
  readonly index: number;
  /** `inside a word`: a boundary cuts a word (`strict`), or no word is whole (`contract`); `no word`: it covers none. */
  readonly reason: 'inside a word' | 'no word';
}

/**
 * Character spans → word spans, with their labels, scores and order.
 * @param spans in UTF-16 code units of the text
 * @param words of the text, in order, without overlap
 * @returns `spans` in words, and `unaligned`: those that the mode cannot place
 * @throws RangeError for words out of order and for empty or reversed spans
 */
export function toWordSpans(
  spans: readonly Span[],
  words: readonly WordOffsets[],
  { mode = 'strict' }: { mode?: AlignMode } = {},
): { spans: Span[]; unaligned: Unaligned[] } {
  const starts = words.map(({ charStart }) => charStart);
  const ends = words.map(({ charEnd }) => charEnd);
  const misplaced = words.findIndex(
    ({ charStart, charEnd }, i) => charEnd <= charStart || (i > 0 && charStart < ends[i - 1]!),
  );
  if (misplaced >= 0)
    throw new RangeError(
      `toWordSpans: words must follow one another, got word ${misplaced} at [${starts[misplaced]}, ${ends[misplaced]}); sort them`,
    );
  const aligned: Span[] = [];
  const unaligned: Unaligned[] = [];
  spans.forEach((span, index) => {
    checkSpan(span, { place: () => `toWordSpans: span ${index}` });
    let start = firstAtLeast(ends, span.start + 1);
    let end = firstAtLeast(starts, span.end);
    if (start >= end) {
      unaligned.push({ span, index, reason: 'no word' });
      return;
    }
    const cutsFirst =
      mode === 'strict' ? starts[start] !== span.start : starts[start]! < span.start;
    const cutsLast = mode === 'strict' ? ends[end - 1] !== span.end : ends[end - 1]! > span.end;
    if (mode === 'contract') {
      if (cutsFirst) start++;
      if (cutsLast) end--;
    }
    const fits = mode === 'strict' ? !cutsFirst && !cutsLast : start < end;
    if (fits) aligned.push({ ...span, start, end });
    else unaligned.push({ span, index, reason: 'inside a word' });
  });
  return { spans: aligned, unaligned };
}

/**
 * Word spans → character spans in UTF-16 code units, from the start of the first word to the end of the last.
 * @throws RangeError for spans that leave the words
 */
export function toCharSpans(spans: readonly Span[], words: readonly WordOffsets[]): Span[] {
  return spans.map((span, index) => {
    checkSpan(span, { place: () => `toCharSpans: span ${index}`, length: words.length });
    return { ...span, start: words[span.start]!.charStart, end: words[span.end - 1]!.charEnd };
  });
}

/**
 * Character spans in Unicode code points (Python, most data sets) → in UTF-16 code units (JavaScript).
 * @throws RangeError for spans that leave the text
 */
export const toUtf16Spans = (spans: readonly Span[], text: string): Span[] =>
  convert(spans, { place: 'toUtf16Spans', offsets: codePointStarts(text) });

/**
 * Character spans in UTF-16 code units → in Unicode code points.
 * @throws RangeError for spans that leave the text or cut a surrogate pair
 */
export function toCodePointSpans(spans: readonly Span[], text: string): Span[] {
  const offsets = new Array<number | undefined>(text.length + 1).fill(undefined);
  for (const [codePoint, unit] of codePointStarts(text).entries()) offsets[unit] = codePoint;
  return convert(spans, { place: 'toCodePointSpans', offsets });
}

/** UTF-16 offset of each code point, and of the end. */
function codePointStarts(text: string): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    starts.push(at);
    at += character.length;
  }
  return [...starts, at];
}

function convert(
  spans: readonly Span[],
  { place, offsets }: { place: string; offsets: readonly (number | undefined)[] },
): Span[] {
  return spans.map((span, index) => {
    checkSpan(span, { place: () => `${place}: span ${index}` });
    const start = offsets[span.start];
    const end = offsets[span.end];
    if (start === undefined || end === undefined)
      throw new RangeError(
        `${place}: span ${index}: offsets must be character borders from 0 to ${offsets.length - 1}, got ${describeSpan(span)}; check the unit`,
      );
    return { ...span, start, end };
  });
}

/** The span every function of this package speaks, and the rules it must keep. */

/** A labelled stretch of words (or any other unit, one per corpus), half-open `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly score?: number;
}

/** Orders strings by code point, as Python and Perl do; JavaScript's own order is by UTF-16 unit. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    // Surrogates sort after U+E000–U+FFFF by code point, before them by unit.
    if (x !== y)
      return x >= 0xd800 && y >= 0xd800 ? ((x + 0x2000) & 0xffff) - ((y + 0x2000) & 0xffff) : x - y;
  }
  return a.length - b.length;
}

export const compareSpans = (a: Span, b: Span): number =>
  a.start - b.start || a.end - b.end || compareCodePoints(a.label, b.label);

export const describeSpan = ({ start, end, label }: Span): string => `[${start}, ${end}) ${label}`;

/** Where spans stand, and the end they may not pass. The place is a function: most spans are right, and texts cost time. */
export interface SpanRules {
  readonly place: () => string;
  readonly length?: number;
}

/** Throws unless `0 ≤ start < end ≤ length` in whole numbers and the score, if any, is a number. */
export function checkSpan(span: Span, { place, length = Infinity }: SpanRules): void {
  const { start, end, score } = span;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end <= start)
    throw new RangeError(
      `${place()}: a span needs whole numbers 0 ≤ start < end, got ${describeSpan(span)}; spans are half-open [start, end)`,
    );
  if (end > length)
    throw new RangeError(
      `${place()}: a span must end within its ${length} words, got ${describeSpan(span)}; check the unit of the offsets`,
    );
  if (Number.isNaN(score))
    throw new RangeError(
      `${place()}: a score must be a number, got NaN for ${describeSpan(span)}; leave it out instead`,
    );
}

export function checkSpans(spans: readonly Span[], rules: SpanRules): void {
  for (const span of spans) checkSpan(span, rules);
}

type Corpus<T> = readonly (readonly T[])[];

/** Throws unless gold and predicted corpora have one entry per sentence each. */
export function checkSentenceCounts(
  place: string,
  { gold, predicted }: { gold: readonly unknown[]; predicted: readonly unknown[] },
): void {
  if (gold.length !== predicted.length)
    throw new RangeError(
      `${place}: gold and predicted need as many sentences, got ${gold.length} and ${predicted.length}; keep empty ones as []`,
    );
}

/** Visits each sentence's gold and predicted spans. Throws as `checkSentenceCounts` and `checkSpan` do. */
export function forEachSentence(
  place: string,
  { gold, predicted }: { gold: Corpus<Span>; predicted: Corpus<Span> },
  visit: (golds: readonly Span[], predictions: readonly Span[], sentence: number) => void,
): void {
  checkSentenceCounts(place, { gold, predicted });
  gold.forEach((golds, sentence) => {
    const predictions = predicted[sentence]!;
    checkSpans(golds, { place: () => `sentence ${sentence}: gold` });
    checkSpans(predictions, { place: () => `sentence ${sentence}: predicted` });
    visit(golds, predictions, sentence);
  });
}

/** Character spans → word spans of a text, or a refusal that says what is wrong; no boundary is moved unasked. */

import { type Span, toWordSpans, type WordOffsets } from '@calibre/metrics';

export interface AlignTextOptions {
  readonly words: readonly WordOffsets[];
  /** A span that begins or ends inside a word is widened to the whole word, or refused. */
  readonly cutWords: 'expand' | 'refuse';
}

/**
 * The words that spans of UTF-16 offsets in `text` touch. Throws where the offsets are none of the text, cut a surrogate
 * pair, touch no word, or with `cutWords: 'refuse'` do not begin and end with words.
 */
export function alignText(
  text: string,
  spans: readonly Span[],
  { words, cutWords }: AlignTextOptions,
): Span[] {
  for (const [index, { start, end }] of spans.entries()) {
    const refuse = (rule: string, remedy: string) =>
      new RangeError(`calibrate: spans[${index}]: ${rule}, got [${start}, ${end}); ${remedy}`);
    if (end > text.length)
      throw refuse(
        `a span must end within the text's ${text.length} UTF-16 code units`,
        'are the offsets of another text, or in bytes?',
      );
    if (splitsPair(text, start) || splitsPair(text, end))
      throw refuse(
        'a boundary must not lie inside a surrogate pair',
        'offsets count UTF-16 code units, not code points',
      );
  }
  const mode = cutWords === 'expand' ? 'expand' : 'strict';
  const { spans: aligned, unaligned } = toWordSpans(spans, words, { mode });
  const [first] = unaligned;
  if (first === undefined) return aligned;
  const { span, index, reason } = first;
  throw new RangeError(
    `calibrate: spans[${index}]: a span must ${reason === 'no word' ? 'hold a word' : 'begin and end with words'}, got [${span.start}, ${span.end}) ${JSON.stringify(text.slice(span.start, span.end))}; move its boundaries${reason === 'no word' ? '' : " or ask for cutWords: 'expand'"}`,
  );
}

function splitsPair(text: string, offset: number): boolean {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
}

/** Character spans ↔ word spans. Refuses offsets that cannot be meant; never moves a boundary silently. */

import type { Span } from '@calibre/metrics';
import { firstIndex } from './first-index.js';
import type { TextWord } from './text-words.js';

export interface AlignOptions {
  readonly words: readonly TextWord[];
  /** A span that begins or ends inside a word is widened to the whole word, or refused. */
  readonly cutWords: 'expand' | 'refuse';
}

/**
 * The words that a span of UTF-16 offsets touches. Throws where the offsets are none of `text`, cut a surrogate pair,
 * touch no word, or with `cutWords: 'refuse'` cut a word; `place` names the span.
 */
export function wordSpan(
  text: string,
  { span, place }: { readonly span: Span; readonly place: string },
  { words, cutWords }: AlignOptions,
): Span {
  const { start, end } = span;
  const problem = (rule: string, remedy: string) =>
    new RangeError(`${place}: ${rule}, got [${start}, ${end}); ${remedy}`);
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end <= start)
    throw problem('a span needs whole numbers 0 ≤ start < end', 'spans are half-open');
  if (end > text.length)
    throw problem(
      `a span must end within the text's ${text.length} UTF-16 code units`,
      'are the offsets of another text, or in bytes?',
    );
  if (splitsPair(text, start) || splitsPair(text, end))
    throw problem(
      'a boundary must not lie inside a surrogate pair',
      'offsets count UTF-16 code units, not code points',
    );
  const word = (index: number) => words[index] as TextWord;
  const first = firstIndex(words.length, (index) => word(index).charEnd > start);
  const last = firstIndex(words.length, (index) => word(index).charStart >= end) - 1;
  if (last < first) throw problem('a span must hold a word', 'this one holds white space alone');
  const cut = word(first).charStart < start || word(last).charEnd > end;
  if (cut && cutWords === 'refuse')
    throw problem('a span must not cut a word', "move the boundary or ask for cutWords: 'expand'");
  return { ...span, start: first, end: last + 1 };
}

/** The characters of a word span. */
export function characterSpan(
  { start, end }: { readonly start: number; readonly end: number },
  words: readonly TextWord[],
): { start: number; end: number } {
  return {
    start: (words[start] as TextWord).charStart,
    end: (words[end - 1] as TextWord).charEnd,
  };
}

function splitsPair(text: string, offset: number): boolean {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
}

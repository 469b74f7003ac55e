/** A passage as networks read it: tokens word by word, and each word's shape. */

import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { wordShape } from './word-shape.js';

export interface TokenizedWords {
  /** Token ids of all words, without special tokens. */
  readonly ids: readonly number[];
  /** Word w owns tokens [wordStarts[w], wordStarts[w + 1]); one more entry than words. A word may own none. */
  readonly wordStarts: readonly number[];
  /** Row of the word-shape embedding of each word (`wordShape`). */
  readonly shapes: readonly number[];
}

/** Tokenises each word by itself. `language`: for tokenizers that depend on it (XLM). */
export function tokenizeWords(
  tokenizer: Pick<Tokenizer, 'wordIds'>,
  words: readonly string[],
  options: { readonly language?: string } = {},
): TokenizedWords {
  const ids: number[] = [];
  const wordStarts = [0];
  for (const word of words) {
    ids.push(...tokenizer.wordIds(word, options));
    wordStarts.push(ids.length);
  }
  return { ids, wordStarts, shapes: words.map(wordShape) };
}

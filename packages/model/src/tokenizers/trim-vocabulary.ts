import type { Tokenizer, TrimmedTokenizer } from './tokenizer.js';

/**
 * The same tokenizer with the vocabulary that a corpus needs, so that a small model has a small table. Kept: special
 * tokens, pieces that the corpus uses at least `minCount` times, and every single character it uses, so that a word
 * which loses a rare piece is spelled out instead of becoming unknown. A word whose pieces are all kept is cut as before.
 *
 * @param words the corpus, a word as often as it occurs
 * @param options.minCount least number of uses of a piece
 * @param options.maxSize greatest vocabulary, most used pieces first (earlier id on a tie); special tokens and
 *   characters are kept beyond it
 */
export function trimVocabulary(
  tokenizer: Tokenizer,
  words: Iterable<string>,
  {
    minCount = 1,
    maxSize = Number.POSITIVE_INFINITY,
  }: { minCount?: number; maxSize?: number } = {},
): TrimmedTokenizer {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const uses = new Map<number, number>();
  const characters = new Set<string>();
  for (const [word, count] of counts) {
    for (const id of tokenizer.wordIds(word)) {
      if (!uses.has(id))
        for (const character of bare(tokenizer.tokenOf(id) ?? '')) characters.add(character);
      uses.set(id, (uses.get(id) ?? 0) + count);
    }
  }
  const kept = new Set<number>(Object.values(tokenizer.special));
  for (const [token, id] of tokenizer.vocabulary) {
    if (characters.has(bare(token))) kept.add(id);
  }
  const byUse = [...uses]
    .filter(([id, count]) => count >= minCount && !kept.has(id))
    .sort(([idA, a], [idB, b]) => b - a || idA - idB);
  for (const [id] of byUse.slice(0, Math.max(0, maxSize - kept.size))) kept.add(id);
  return tokenizer.trim(kept);
}

/** A piece without the marks of its place in a word, `##` and `</w>`. */
function bare(token: string): string {
  return token.length <= 2 ? token : token.replace(/^##|<\/w>$/g, '');
}

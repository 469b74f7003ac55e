import { AlignedText } from './aligned-text.js';
import { Heap } from './heap.js';
import { createNormalizer } from './normalizers.js';
import { createTokenizer } from './pipeline.js';
import { createPreTokenizer } from './pre-tokenizers.js';
import type { Tokenizer } from './tokenizer.js';
import { wordPieceSpecial, wordPieceSpecification } from './word-piece.js';

/**
 * Learns a WordPiece vocabulary of `size` pieces from lines of text, for languages that no vocabulary at hand covers:
 * special tokens, every character (at the start of a word, and `##` within), then by repeatedly joining the neighbouring
 * pieces that are most frequent (byte-pair encoding, as Hugging Face's trainer does). Ties go to the earlier pieces, so
 * the same corpus gives the same vocabulary.
 *
 * @param options.lowercase whether the tokenizer lowers case and strips accents
 * @param options.minCount least number of uses of a pair to be joined
 * @throws where `size` does not hold the special tokens and characters
 */
export function trainWordPiece(
  corpus: Iterable<string>,
  size: number,
  { lowercase = false, minCount = 2 }: { lowercase?: boolean; minCount?: number } = {},
): Tokenizer {
  const words = countWords(corpus, lowercase);
  const learner = new PieceLearner(words);
  if (size < learner.pieces.length) {
    throw new Error(
      `trainWordPiece: size must be at least ${learner.pieces.length} to hold the special tokens and the corpus's characters, got ${size}; raise it or clean the corpus`,
    );
  }
  while (learner.pieces.length < size && learner.joinNext(minCount));
  return createTokenizer(wordPieceSpecification(learner.pieces, { lowercase }));
}

/** Words as BERT splits text, with their counts, in the order of their code units. */
function countWords(corpus: Iterable<string>, lowercase: boolean): [word: string, count: number][] {
  const normalize = createNormalizer({ type: 'BertNormalizer', lowercase });
  const split = createPreTokenizer({ type: 'BertPreTokenizer' });
  const stretches = new Map<string, number>();
  for (const line of corpus) {
    for (const stretch of line.split(/[ \t\r\n]+/)) {
      stretches.set(stretch, (stretches.get(stretch) ?? 0) + 1);
    }
  }
  const counts = new Map<string, number>();
  for (const [stretch, count] of stretches) {
    for (const word of split(normalize(AlignedText.of(stretch)))) {
      const text = word.toString();
      counts.set(text, (counts.get(text) ?? 0) + count);
    }
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The words as pieces, and how often each pair of neighbours occurs. */
class PieceLearner {
  readonly pieces: string[] = [];
  readonly #ids = new Map<string, number>();
  readonly #words: { pieces: number[]; readonly count: number }[];
  readonly #pairCounts = new Map<number, number>();
  readonly #wordsWithPair = new Map<number, Set<number>>();
  // Frequent pairs first. A count may have changed since a pair was put here.
  readonly #queue = new Heap<{ pair: number; count: number }>(
    (a, b) => b.count - a.count || a.pair - b.pair,
  );

  constructor(words: readonly (readonly [word: string, count: number])[]) {
    for (const token of wordPieceSpecial) this.#idOf(token);
    const spelled = words.map(([word]) =>
      [...word].map((char, at) => (at === 0 ? char : `##${char}`)),
    );
    for (const character of [...new Set(spelled.flat())].sort()) this.#idOf(character);
    this.#words = spelled.map((characters, at) => ({
      pieces: characters.map((character) => this.#idOf(character)),
      count: (words[at] as readonly [string, number])[1],
    }));
    this.#words.forEach((_, word) => {
      this.#countPairs(word, 1);
    });
    for (const [pair, count] of this.#pairCounts) this.#queue.push({ pair, count });
  }

  /** Joins the most frequent pair everywhere; false where none occurs often enough. */
  joinNext(minCount: number): boolean {
    for (let next = this.#queue.pop(); next; next = this.#queue.pop()) {
      const { pair, count } = next;
      const current = this.#pairCounts.get(pair) ?? 0;
      if (current < Math.max(1, minCount)) continue;
      if (current !== count) {
        this.#queue.push({ pair, count: current });
        continue;
      }
      const [left, right] = [Math.floor(pair / pairBase), pair % pairBase];
      const joined = this.#idOf(
        (this.pieces[left] as string) + (this.pieces[right] as string).slice(2),
      );
      const touched = new Set<number>();
      for (const word of [...(this.#wordsWithPair.get(pair) ?? [])]) {
        this.#countPairs(word, -1);
        this.#join(word, { left, right, joined });
        for (const changed of this.#countPairs(word, 1)) touched.add(changed);
      }
      for (const changed of touched) {
        this.#queue.push({ pair: changed, count: this.#pairCounts.get(changed) as number });
      }
      return true;
    }
    return false;
  }

  #idOf(piece: string): number {
    const known = this.#ids.get(piece);
    if (known !== undefined) return known;
    this.#ids.set(piece, this.pieces.length);
    return this.pieces.push(piece) - 1;
  }

  /** Adds a word's pairs to the counts, or takes them away; returns them. */
  #countPairs(word: number, sign: 1 | -1): number[] {
    const { pieces, count } = this.#words[word] as { pieces: number[]; count: number };
    return pieces.slice(1).map((right, at) => {
      const pair = (pieces[at] as number) * pairBase + right;
      this.#pairCounts.set(pair, (this.#pairCounts.get(pair) ?? 0) + sign * count);
      const words = this.#wordsWithPair.get(pair) ?? new Set();
      if (sign === 1) words.add(word);
      else words.delete(word);
      this.#wordsWithPair.set(pair, words);
      return pair;
    });
  }

  #join(
    word: number,
    { left, right, joined }: { left: number; right: number; joined: number },
  ): void {
    const entry = this.#words[word] as { pieces: number[] };
    const pieces: number[] = [];
    for (const piece of entry.pieces) {
      if (piece === right && pieces.at(-1) === left) pieces[pieces.length - 1] = joined;
      else pieces.push(piece);
    }
    entry.pieces = pieces;
  }
}

// A pair of ids as one number: exact below 2⁵³ for ids below 2²⁶.
const pairBase = 2 ** 26;

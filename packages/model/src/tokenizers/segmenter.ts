import { createAddedTokenFinder } from './added-tokens.js';
import { AlignedText } from './aligned-text.js';
import { createModel, type PieceModel } from './models.js';
import { createNormalizer } from './normalizers.js';
import { type Pieces, PiecesBuilder } from './pieces.js';
import { createPreTokenizer, splitsAtSpaces } from './pre-tokenizers.js';
import type { TokenizerSpecification } from './specification.js';

/** Turns text into tokens without special ones: what differs between kinds of tokenizer. */
export interface Segmenter {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unknownId: number;
  /** Tokens of running text. */
  text(text: string, language?: string): Pieces;
  /** Tokens of one given word. */
  word(word: string, language?: string): Pieces;
}

/** The pipeline of tokenizer.json: added tokens, normaliser, splitter, model. */
export function createSegmenter(specification: TokenizerSpecification): Segmenter {
  const normalize = createNormalizer(specification.normalizer);
  const preTokenize = createPreTokenizer(specification.pre_tokenizer);
  const model = createModel(specification.model);
  const tokens = specification.added_tokens;
  const vocabulary = new Map(model.vocabulary);
  for (const { content, id } of tokens) vocabulary.set(content, id);
  const findRaw = createAddedTokenFinder(tokens.filter(({ normalized }) => !normalized));
  const findNormalized = createAddedTokenFinder(
    tokens.filter(({ normalized }) => normalized),
    ({ content }) => normalize(AlignedText.of(content)).toString(),
  );
  const cutAtSpaces =
    splitsAtSpaces(specification.pre_tokenizer) &&
    !tokens.some(({ content, normalized }) => normalized && /\s/.test(content));

  const chunk = (text: string): Pieces => {
    const pieces = new PiecesBuilder();
    const aligned = normalize(AlignedText.of(text));
    const normalized = aligned.toString();
    let done = 0; // code points
    for (const { start, end, id } of findNormalized(normalized)) {
      const length = [...normalized.slice(start, end)].length;
      const part = aligned.slice(done, done + length);
      done += length;
      if (id !== undefined)
        pieces.addWord(id, part.starts[0] as number, part.ends.at(-1) as number);
      else for (const word of preTokenize(part)) addWord(pieces, word, model);
    }
    return pieces;
  };
  const cache = new PiecesCache(chunk);

  const section = (text: string): Pieces => {
    const pieces = new PiecesBuilder();
    for (const { start, end, id } of findRaw(text)) {
      if (id !== undefined) pieces.addWord(id, start, end);
      else if (!cutAtSpaces) pieces.append(cache.get(text.slice(start, end)), start);
      else {
        for (const match of text.slice(start, end).matchAll(unspaced)) {
          pieces.append(cache.get(match[0]), start + match.index);
        }
      }
    }
    return pieces;
  };
  const words = new PiecesCache(section);
  return {
    vocabulary,
    unknownId: model.unknownId,
    text: section,
    word: (word) => words.get(word),
  };
}

// A stretch between spaces. A space goes on where what follows it would join it as a grapheme cluster, because
// compiled normalisation rules look at whole clusters.
const unspaced =
  /[^ \n\r\t]+(?: +(?=[\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\u200D])[^ \n\r\t]+)*/gu;

function addWord(pieces: PiecesBuilder, word: AlignedText, model: PieceModel): void {
  let at = 0;
  for (const { id, length } of model.encode(word.toString())) {
    pieces.add(id, word.starts[at] as number, word.ends[at + length - 1] as number);
    at += length;
  }
  pieces.endWord();
}

const cacheEntries = 1 << 17;
const longestCached = 64; // UTF-16 units

/** Remembers the pieces of short texts; starts afresh when full, which keeps a long run's memory bounded. */
class PiecesCache {
  readonly #compute: (text: string) => Pieces;
  readonly #entries = new Map<string, Pieces>();

  constructor(compute: (text: string) => Pieces) {
    this.#compute = compute;
  }

  get(text: string): Pieces {
    const cached = this.#entries.get(text);
    if (cached !== undefined) return cached;
    const pieces = this.#compute(text);
    if (text.length > longestCached) return pieces;
    if (this.#entries.size >= cacheEntries) this.#entries.clear();
    this.#entries.set(text, pieces);
    return pieces;
  }
}

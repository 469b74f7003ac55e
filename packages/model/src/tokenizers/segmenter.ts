import { createAddedTokenFinder } from './added-tokens.js';
import { AlignedText } from './aligned-text.js';
import { createModel } from './models.js';
import { createNormalizer } from './normalizers.js';
import { addWord, type Pieces, PiecesBuilder } from './pieces.js';
import { PiecesCache } from './pieces-cache.js';
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

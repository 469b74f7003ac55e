import { createAddedTokenFinder } from './added-tokens.js';
import { AlignedText } from './aligned-text.js';
import { afterSpace, byteSpace } from './byte-level.js';
import { createModel } from './models.js';
import { createNormalizer } from './normalizers.js';
import { addWord, type Pieces, PiecesBuilder } from './pieces.js';
import { PiecesCache } from './pieces-cache.js';
import { createPreTokenizer, type PreTokenizer, splitsAtSpaces } from './pre-tokenizers.js';
import { setting, type TokenizerSpecification } from './specification.js';

/** Turns text into tokens without special ones: what differs between kinds of tokenizer. */
export interface Segmenter {
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Tokens of running text. */
  text(text: string, language?: string): Pieces;
  /** Tokens of one given word. */
  word(word: string, language?: string): Pieces;
}

/** The pipeline of tokenizer.json: added tokens, normaliser, splitter, model. */
export function createSegmenter(specification: TokenizerSpecification): Segmenter {
  const { pre_tokenizer: splitter, post_processor: processor } = specification;
  const normalize = createNormalizer(specification.normalizer);
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
    splitsAtSpaces(splitter) &&
    !tokens.some(({ content, normalized }) => normalized && /\s/.test(content));
  const trims =
    processor?.type === 'RobertaProcessing' &&
    setting(processor, 'trim_offsets', { kind: 'boolean', ifAbsent: true });
  const cut = { model, unplaced: trims ? byteSpace : undefined };

  const pipeline = (preTokenize: PreTokenizer) => {
    const cache = new PiecesCache((text) => {
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
        else for (const word of preTokenize(part)) addWord(pieces, word, cut);
      }
      return pieces;
    });
    return (text: string): Pieces => {
      const pieces = new PiecesBuilder();
      for (const { start, end, id } of findRaw(text)) {
        if (id !== undefined) {
          const own = trims ? withoutSpaces(text, { start, end }) : { start, end };
          pieces.addWord(id, own.start, own.end);
        } else if (!cutAtSpaces) pieces.append(cache.get(text.slice(start, end)), start);
        else {
          for (const match of text.slice(start, end).matchAll(unspaced)) {
            pieces.append(cache.get(match[0]), start + match.index);
          }
        }
      }
      return pieces;
    };
  };
  const text = pipeline(createPreTokenizer(splitter));
  const alone = afterSpace(splitter);
  const words = new PiecesCache(alone === splitter ? text : pipeline(createPreTokenizer(alone)));
  return { vocabulary, text, word: (word) => words.get(word) };
}

/** The part of a stretch between the white space at its ends. */
function withoutSpaces(text: string, { start, end }: { start: number; end: number }) {
  const stretch = text.slice(start, end);
  return {
    start: start + stretch.search(/\P{White_Space}/u),
    end: start + stretch.replace(/\p{White_Space}+$/u, '').length,
  };
}

// A stretch between spaces. A space goes on where what follows it would join it as a grapheme cluster, because
// compiled normalisation rules look at whole clusters.
const unspaced =
  /[^ \n\r\t]+(?: +(?=[\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\u200D])[^ \n\r\t]+)*/gu;

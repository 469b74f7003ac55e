import { createAddedTokenFinder } from '../added-tokens.js';
import { AlignedText } from '../aligned-text.js';
import { createModel } from '../models.js';
import { addWord, type Pieces, PiecesBuilder } from '../pieces.js';
import { PiecesCache } from '../pieces-cache.js';
import type { Segmenter } from '../segmenter.js';
import { foldWord } from './fold.js';
import { mosesWords, normalizePunctuation, spaceSeparated } from './moses.js';
import type { XlmVocabulary } from './vocabulary.js';

/** Cuts text of a language that has no spaces between words into words, in order and without gap. */
export type WordSplitter = (text: string, language: string) => readonly string[];

/** What an XLM tokenizer is made of. */
export interface XlmParts extends XlmVocabulary {
  /** Whether words lose their case and accents (XLM-15 does, XLM-17 and XLM-100 do not). */
  readonly fold: boolean;
  /** For Chinese, Japanese and Thai; XLM was trained with one segmenter for each, which this cannot repeat. */
  readonly splitWords: WordSplitter;
}

/** Splits text as XLM's training data was (Moses, by language; English where none is given), then by its BPE. */
export function createXlmSegmenter(parts: XlmParts): Segmenter {
  const { vocabulary, merges, special, fold, splitWords } = parts;
  const model = createModel({
    type: 'BPE',
    vocab: Object.fromEntries(vocabulary),
    merges,
    unk_token: special.unk,
    end_of_word_suffix: '</w>',
  });
  const find = createAddedTokenFinder(
    parts.addedTokens.map((content) => ({ content, id: vocabulary.get(content) as number })),
  );

  // The pieces of a word after folding; their offsets count its code points.
  const wordPieces = new PiecesCache((word) => {
    const chars = [...word];
    const places = new AlignedText(
      chars,
      chars.map((_, at) => at),
      chars.map((_, at) => at + 1),
    );
    const pieces = new PiecesBuilder();
    addWord(pieces, fold ? foldWord(places) : places, { model });
    return pieces;
  });

  const text = (whole: string, language = 'en'): Pieces => {
    const pieces = new PiecesBuilder();
    for (const { start, end, id } of find(whole)) {
      if (id !== undefined) {
        pieces.addWord(id, start, end);
        continue;
      }
      const section = AlignedText.of(whole.slice(start, end));
      const builder = new PiecesBuilder();
      for (const word of xlmWords(section, language, splitWords)) {
        const { ids, starts, ends } = wordPieces.get(word.toString());
        ids.forEach((id, at) => {
          const [first, last] = [starts[at] as number, (ends[at] as number) - 1];
          builder.add(id, word.starts[first] as number, word.ends[last] as number);
        });
        builder.endWord(); // a word of which nothing is left still counts
      }
      pieces.append(builder, start);
    }
    return pieces;
  };
  const caches = new Map<string, PiecesCache>();
  const cacheFor = (language: string): PiecesCache => {
    const cache = caches.get(language) ?? new PiecesCache((word) => text(word, language));
    caches.set(language, cache);
    return cache;
  };
  return {
    vocabulary: model.vocabulary,
    text,
    word: (word, language = 'en') => cacheFor(language).get(word),
  };
}

/** The words of a text before folding. */
function xlmWords(text: AlignedText, language: string, splitWords: WordSplitter): AlignedText[] {
  switch (language) {
    case 'zh':
      return spaceSeparated(
        normalizePunctuation(separate(text, splitWords(text.toString(), language)), language),
      );
    case 'th':
    case 'ja': {
      const normalized = normalizePunctuation(text, language);
      return spaceSeparated(separate(normalized, splitWords(normalized.toString(), language)));
    }
    default:
      return mosesWords(normalizePunctuation(text, language), language);
  }
}

/** The text with a space between neighbouring segments. */
function separate(text: AlignedText, segments: readonly string[]): AlignedText {
  const [chars, starts, ends]: [string[], number[], number[]] = [[], [], []];
  let at = 0;
  for (const segment of segments) {
    const length = [...segment].length;
    if (text.slice(at, at + length).toString() !== segment)
      throw new Error(
        `splitWords: must return the text in order and without gap, got "${segment}" where "${text.slice(at, at + length)}" stands; join its parts to the text`,
      );
    if (at > 0) {
      chars.push(' ');
      starts.push(text.starts[at] as number);
      ends.push(text.starts[at] as number);
    }
    chars.push(...text.chars.slice(at, at + length));
    starts.push(...text.starts.slice(at, at + length));
    ends.push(...text.ends.slice(at, at + length));
    at += length;
  }
  return new AlignedText(chars, starts, ends);
}

/** The default splitter: the words that the engine's own Unicode data gives. */
export const splitWordsByUnicode: WordSplitter = (text, language) =>
  [...new Intl.Segmenter(language, { granularity: 'word' }).segment(text)].map(
    ({ segment }) => segment,
  );

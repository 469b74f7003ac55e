import { type AssembledInput, assemble, type SequenceLayout } from './layout.js';
import { type Pieces, PiecesBuilder } from './pieces.js';
import type { Segmenter } from './segmenter.js';

/** Ids of the tokens with a function; each is an id of the vocabulary. */
export interface SpecialIds {
  /** Opens every input; its state stands for "no answer". */
  readonly cls: number;
  /** Closes a sequence. */
  readonly sep: number;
  readonly pad: number;
  readonly unk: number;
  readonly mask: number;
}

/** One input, special tokens included. Every list has one entry per token. */
export interface Encoding {
  readonly ids: readonly number[];
  /** The vocabulary's string of each id. */
  readonly tokens: readonly string[];
  readonly typeIds: readonly number[];
  /** Which text a token comes from: 0, 1, or null for a special token. */
  readonly sequences: readonly (0 | 1 | null)[];
  /** Which word of that text, null for a special token. Running text is split into words by the tokenizer itself. */
  readonly wordIndices: readonly (number | null)[];
  /**
   * UTF-16 offsets `[start, end)` in the text, or in the given word for `encodeWords`; `[0, 0]` for a special token.
   * Neighbours overlap where one character became several tokens.
   */
  readonly offsets: readonly (readonly [start: number, end: number])[];
}

/** An encoding of given words. */
export interface WordEncoding extends Encoding {
  /** For each word its tokens `[start, end)`; empty for a word of which nothing is left, such as a lone U+200B. */
  readonly wordTokens: readonly (readonly [start: number, end: number])[];
}

/** One window of a long text. */
export interface EncodedWindow extends Encoding {
  /** Tokens of the windowed text that lie before this window. */
  readonly firstToken: number;
}

interface EncodeOptions {
  /** Language of the text, for tokenizers that depend on it (XLM). */
  readonly language?: string | undefined;
  /** Greatest number of tokens, special ones included; the last (or only) text is cut at its end. Default: no limit. */
  readonly maxTokens?: number | undefined;
}

/** How a tokenizer is written to a folder: file names and contents. */
export type TokenizerFiles = Readonly<Record<string, string>>;

/** A tokenizer with a smaller vocabulary. */
export interface TrimmedTokenizer {
  readonly tokenizer: Tokenizer;
  /** New id → old id, ascending: row i of the new embedding table is row `keptIds[i]` of the old one. */
  readonly keptIds: Int32Array;
}

/** Everything that makes a tokenizer. */
export interface TokenizerParts {
  readonly segmenter: Segmenter;
  readonly layout: SequenceLayout;
  readonly special: SpecialIds;
  /** Whether a pair with an empty second text is laid out as a single text: Hugging Face's fast tokenizers do, others not. */
  readonly emptySecondIsNone: boolean;
  /** See `Tokenizer.trim`. */
  readonly trim: (wantedIds: Iterable<number>) => TrimmedTokenizer;
  readonly files: () => TokenizerFiles;
}

/**
 * Text or words to token ids and back to their places. Words are remembered, so that a second meeting costs a look-up.
 * Made by `loadTokenizer`, `readTokenizer`, `trainWordPiece` or `trimVocabulary`.
 */
export class Tokenizer {
  /** Token string to id, added tokens included. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Rows that an embedding table needs: the greatest id plus one. */
  readonly vocabularySize: number;
  readonly special: SpecialIds;
  readonly layout: SequenceLayout;
  /** The files that make this tokenizer when read back, under the names that Hugging Face gives them. */
  readonly files: () => TokenizerFiles;
  /** The same tokenizer with only these ids and those that it cannot do without; see `trimVocabulary`. */
  readonly trim: (wantedIds: Iterable<number>) => TrimmedTokenizer;
  readonly #segmenter: Segmenter;
  readonly #emptySecondIsNone: boolean;
  readonly #tokens: readonly string[];

  constructor({ segmenter, layout, special, trim, files, emptySecondIsNone }: TokenizerParts) {
    this.vocabulary = segmenter.vocabulary;
    this.special = special;
    this.layout = layout;
    this.trim = trim;
    this.files = files;
    this.#segmenter = segmenter;
    this.#emptySecondIsNone = emptySecondIsNone;
    const tokens: string[] = [];
    for (const [token, id] of segmenter.vocabulary) tokens[id] = token;
    this.#tokens = tokens;
    this.vocabularySize = tokens.length;
  }

  /** The vocabulary's string of an id, undefined where no token has it. */
  tokenOf(id: number): string | undefined {
    return this.#tokens[id];
  }

  /** Token ids of one word without special tokens; the unknown token where nothing of the word is left. Cached. */
  wordIds(word: string, { language }: { language?: string } = {}): readonly number[] {
    const { ids } = this.#segmenter.word(word, language);
    return ids.length === 0 ? [this.special.unk] : ids;
  }

  /** Lays sequences of token ids out as one input with the special tokens between them; see `SequenceLayout`. */
  assemble(sequences: readonly (readonly number[])[]): AssembledInput {
    return assemble(this.layout, sequences);
  }

  /** Running text. */
  encodeText(text: string, { language, maxTokens }: EncodeOptions = {}): Encoding {
    const pieces = this.#segmenter.text(text, language);
    return this.#lay([cut(pieces, 0, this.#room(maxTokens, []))]);
  }

  /**
   * Two texts in one input. Only the second is cut at `maxTokens`.
   *
   * @throws where the first alone leaves no room
   */
  encodePair(first: string, second: string, { language, maxTokens }: EncodeOptions = {}): Encoding {
    if (second === '' && this.#emptySecondIsNone) {
      return this.encodeText(first, { language, maxTokens });
    }
    const head = this.#segmenter.text(first, language);
    const tail = this.#segmenter.text(second, language);
    return this.#lay([head, cut(tail, 0, this.#room(maxTokens, [head]))]);
  }

  /** Given words, each tokenised by itself; word indices count them, offsets lie inside each. */
  encodeWords(words: readonly string[], { language, maxTokens }: EncodeOptions = {}): WordEncoding {
    const builder = new WordPiecesBuilder();
    for (const word of words) builder.append(this.#segmenter.word(word, language));
    const prefix = this.layout.prefix.length;
    const room = this.#room(maxTokens, []);
    return {
      ...this.#lay([cut(builder, 0, room)]),
      wordTokens: words.map((_, word) => [
        prefix + Math.min(room, builder.firstTokens[word] as number),
        prefix + Math.min(room, builder.firstTokens[word + 1] as number),
      ]),
    };
  }

  /**
   * The second text in windows, each after the first text (null for none). Neighbours share `stride` tokens; the last
   * window ends with the text.
   *
   * @throws where the first text leaves no room, or `stride` does not leave a step
   */
  encodeWindows(
    first: string | null,
    second: string,
    { language, maxTokens, stride }: { language?: string; maxTokens: number; stride: number },
  ): EncodedWindow[] {
    const head = first === null ? [] : [this.#segmenter.text(first, language)];
    const tail = this.#segmenter.text(second, language);
    const room = this.#room(maxTokens, head);
    if (!(stride >= 0 && stride < room)) {
      throw new Error(
        `encodeWindows: stride must be from 0 to below the ${room} tokens that a window holds of the text, got ${stride}; lower the stride or raise maxTokens`,
      );
    }
    const windows: EncodedWindow[] = [];
    for (let firstToken = 0; ; firstToken += room - stride) {
      windows.push({ ...this.#lay([...head, cut(tail, firstToken, room)]), firstToken });
      if (firstToken + room >= tail.ids.length) return windows;
    }
  }

  /** Tokens that are left for the last sequence. */
  #room(maxTokens: number | undefined, others: readonly Pieces[]): number {
    if (maxTokens === undefined) return Number.POSITIVE_INFINITY;
    const fixed = this.assemble([...others.map(({ ids }) => ids), []]).ids.length;
    if (maxTokens <= fixed) {
      throw new Error(
        `tokenizer: maxTokens must exceed the ${fixed} tokens that are never cut (special ones and the first text), got ${maxTokens}; raise maxTokens or shorten the first text`,
      );
    }
    return maxTokens - fixed;
  }

  #lay(sequences: readonly Pieces[]): Encoding {
    const { ids, typeIds, starts } = this.assemble(sequences.map((pieces) => pieces.ids));
    const owners: (0 | 1 | null)[] = ids.map(() => null);
    const wordIndices: (number | null)[] = ids.map(() => null);
    const offsets: (readonly [number, number])[] = ids.map(() => [0, 0]);
    sequences.forEach((pieces, sequence) => {
      const start = starts[sequence] as number;
      for (let at = 0; at < pieces.ids.length; at++) {
        owners[start + at] = sequence as 0 | 1;
        wordIndices[start + at] = pieces.words[at] as number;
        offsets[start + at] = [pieces.starts[at] as number, pieces.ends[at] as number];
      }
    });
    const tokens = ids.map((id) => this.#tokens[id] as string);
    return { ids, tokens, typeIds, sequences: owners, wordIndices, offsets };
  }
}

/** Pieces of given words: offsets stay inside each word, and each word counts, however many tokens it has. */
class WordPiecesBuilder extends PiecesBuilder {
  /** Index of each word's first token, and of the end. */
  readonly firstTokens: number[] = [0];

  override append(pieces: Pieces): void {
    pieces.ids.forEach((id, at) => {
      this.add(id, pieces.starts[at] as number, pieces.ends[at] as number);
    });
    this.endWord();
    this.firstTokens.push(this.ids.length);
  }
}

function cut(pieces: Pieces, start: number, length: number): Pieces {
  if (start === 0 && length >= pieces.ids.length) return pieces;
  const end = start + length;
  return {
    ids: pieces.ids.slice(start, end),
    starts: pieces.starts.slice(start, end),
    ends: pieces.ends.slice(start, end),
    words: pieces.words.slice(start, end),
  };
}

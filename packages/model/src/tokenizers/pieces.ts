import type { AlignedText } from './aligned-text.js';
import type { PieceModel } from './models.js';

/** Tokens of a text without special ones, as parallel lists: the working form inside the tokenizers. */
export interface Pieces {
  readonly ids: readonly number[];
  /** UTF-16 offsets in the text; neighbours may overlap where one character gave several tokens. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** For each token the word it belongs to, counted by the tokenizer's own splitting. */
  readonly words: readonly number[];
}

/** Collects pieces of consecutive stretches of one text. */
export class PiecesBuilder implements Pieces {
  readonly ids: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly words: number[] = [];
  #nextWord = 0;

  /** Adds one token that is a word of its own. */
  addWord(id: number, start: number, end: number): void {
    this.add(id, start, end);
    this.endWord();
  }

  /** Adds one token to the word that is open. */
  add(id: number, start: number, end: number): void {
    this.ids.push(id);
    this.starts.push(start);
    this.ends.push(end);
    this.words.push(this.#nextWord);
  }

  endWord(): void {
    this.#nextWord++;
  }

  /** Adds the pieces of a stretch that begins at `offset`. */
  append(pieces: Pieces, offset: number): void {
    const firstWord = this.#nextWord;
    for (let at = 0; at < pieces.ids.length; at++) {
      this.ids.push(pieces.ids[at] as number);
      this.starts.push((pieces.starts[at] as number) + offset);
      this.ends.push((pieces.ends[at] as number) + offset);
      this.words.push((pieces.words[at] as number) + firstWord);
    }
    this.#nextWord += (pieces.words.at(-1) ?? -1) + 1;
  }
}

/**
 * Adds a normalised word, cut into pieces by the model. Characters of the kind `unplaced` at the ends of a piece are left
 * out of its offsets.
 */
export function addWord(
  pieces: PiecesBuilder,
  word: AlignedText,
  { model, unplaced }: { readonly model: PieceModel; readonly unplaced?: string | undefined },
): void {
  let next = 0;
  for (const { id, length } of model.encode(word.toString())) {
    let [first, last] = [next, next + length - 1];
    next += length;
    while (first < last && word.chars[first] === unplaced) first++;
    while (first < last && word.chars[last] === unplaced) last--;
    const [start, end] = [word.starts[first] as number, word.ends[last] as number];
    pieces.add(id, word.chars[first] === unplaced ? end : start, end);
  }
  pieces.endWord();
}

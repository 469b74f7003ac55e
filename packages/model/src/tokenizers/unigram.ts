import type { Piece, PieceModel } from './models.js';

/**
 * Unigram language model (Kudo 2018): the most likely cut of a word into pieces, by Viterbi search. Pieces are looked up
 * in a hash table, because a trie over XLM-R's 250,000 pieces costs a hundred times the memory of a cached word.
 */
export class Unigram implements PieceModel {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly #unknownId: number;
  readonly #scores: Float64Array;
  readonly #unknownScore: number;
  readonly #longestPiece: number;

  /** @param pieces text and log probability, in the order of their ids */
  constructor(
    pieces: readonly (readonly [string, number])[],
    { unknownId }: { unknownId: number },
  ) {
    if (!Number.isInteger(unknownId) || pieces[unknownId] === undefined) {
      throw new Error(
        `tokenizer.json: model.unk_id must be below the vocabulary's size (${pieces.length}), got ${unknownId}; use a file whose vocabulary is whole`,
      );
    }
    this.vocabulary = new Map(pieces.map(([piece], id) => [piece, id]));
    this.#unknownId = unknownId;
    this.#scores = Float64Array.from(pieces, ([, score]) => score);
    this.#unknownScore =
      this.#scores.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) - 10;
    this.#longestPiece = pieces.reduce((longest, [piece]) => Math.max(longest, piece.length), 0);
  }

  encode(word: string): readonly Piece[] {
    const chars = [...word];
    // At each boundary: the best score so far, where its last piece began, and that piece's id.
    const best = new Float64Array(chars.length + 1).fill(Number.NEGATIVE_INFINITY);
    const from = new Int32Array(chars.length + 1);
    const ids = new Int32Array(chars.length + 1);
    best[0] = 0;
    const offer = (start: number, end: number, id: number, score: number): void => {
      const total = (best[start] as number) + score;
      if (total <= (best[end] as number)) return; // the earlier start wins a tie
      best[end] = total;
      from[end] = start;
      ids[end] = id;
    };
    for (let start = 0; start < chars.length; start++) {
      let piece = '';
      let single = false;
      for (let end = start + 1; end <= chars.length; end++) {
        piece += chars[end - 1];
        if (piece.length > this.#longestPiece) break;
        const id = this.vocabulary.get(piece);
        if (id === undefined) continue;
        if (end === start + 1) single = true;
        offer(start, end, id, this.#scores[id] as number);
      }
      if (!single) offer(start, start + 1, this.#unknownId, this.#unknownScore);
    }
    const pieces: Piece[] = [];
    for (let end = chars.length; end > 0; end = from[end] as number) {
      const [id, length] = [ids[end] as number, end - (from[end] as number)];
      const next = pieces.at(-1);
      if (id === this.#unknownId && next?.id === id)
        pieces[pieces.length - 1] = { id, length: length + next.length };
      else pieces.push({ id, length });
    }
    return pieces.reverse();
  }
}

import { type Passage, toLabelledWords } from '@calibre/data-wiki';
import { Garbler, presets, seededRandom } from '@calibre/garble';
import type { Span } from '@calibre/metrics';
import { groups } from '../groups.js';
import { cutIntoPieces } from './pieces.js';

/** Words of a passage that are read at a time: little text is learned faster in small pieces. */
export const pieceWords = 16;

/** An anchor of a piece of text, and the garbled answer that stands for it. */
export interface Garbled {
  readonly piece: Passage;
  readonly gold: Span;
  readonly initial: Span;
}

/** One garbled answer for each of the first anchors of each language. */
export function garbled(
  passages: readonly Passage[],
  { answers, seed }: { answers: number; seed: number },
): Garbled[] {
  const random = seededRandom(seed);
  const garbler = new Garbler(presets.table1);
  return groups(passages, ({ language }) => language).flatMap((ofLanguage) =>
    ofLanguage
      .flatMap((passage) => cutIntoPieces(passage, pieceWords))
      .flatMap((piece) => toLabelledWords(piece).spans.map((gold) => ({ piece, gold })))
      .slice(0, answers)
      .map(({ piece, gold }) => {
        const { initial } = garbler.garbleSpan(gold, { words: piece.words.length, random });
        return { piece, gold, initial };
      }),
  );
}

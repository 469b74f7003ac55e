/** Initial answers as items of a stream: paired with their gold answers, cut to a window, laid out for the network. */
import type { Span } from '@calibre/metrics';
import {
  type CalibratorRow,
  type TokenizedWords,
  type Tokenizer,
  tokenizeWords,
} from '@calibre/model';
import type { ItemSource } from './batches.js';
import type { LayOut } from './calibrator-task.js';
import { goldFor } from './instances.js';
import type { Random } from './random.js';
import { type LabelledSentence, languageOf } from './sentences.js';

export interface AnswerSourceOptions {
  readonly tokenizer: Pick<Tokenizer, 'wordIds'>;
  readonly layOut: LayOut;
  /** Words of a passage that are read around an answer. */
  readonly maxWords: number;
  readonly weight: number;
}

/** One item for each place, whose initial answer `initialOf` draws; `undefined` skips it. */
export function answerSource<Place extends { readonly sentence: LabelledSentence }>(
  places: readonly Place[],
  initialOf: (place: Place, random: Random) => Span | undefined,
  options: AnswerSourceOptions,
): ItemSource<CalibratorRow> {
  const { tokenizer, layOut, maxWords, weight } = options;
  const known = new Map<LabelledSentence, TokenizedWords>();
  const tokensOf = (sentence: LabelledSentence) => {
    const tokens =
      known.get(sentence) ?? tokenizeWords(tokenizer, sentence.words, languageOf(sentence));
    known.set(sentence, tokens);
    return tokens;
  };
  return {
    length: places.length,
    weight,
    draw(index, random) {
      const place = places[index] as Place;
      const { sentence } = place;
      const initial = initialOf(place, random);
      if (initial === undefined) return undefined;
      const gold = goldFor(initial, sentence.spans);
      const words = sentence.words.length;
      const window = randomWindow(hull(initial, gold), { words, maxWords, random });
      return layOut({
        passage: sliceWords(tokensOf(sentence), window),
        initial: within(window, initial),
        gold: gold ? within(window, gold) : null,
      });
    },
  };
}

/** Words [from, to). */
export interface WordWindow {
  readonly from: number;
  readonly to: number;
}

/**
 * At most `maxWords` words that hold `core`, at a uniformly random place: a window centred on initial and gold answer would
 * give away on which side the gold answer lies.
 */
export function randomWindow(
  core: WordWindow,
  { words, maxWords, random }: { words: number; maxWords: number; random: Random },
): WordWindow {
  const length = Math.max(core.to - core.from, Math.min(words, maxWords));
  const first = Math.max(0, core.to - length);
  const last = Math.min(core.from, words - length);
  const from = first + Math.floor(random() * (last - first + 1));
  return { from, to: from + length };
}

/** The words from the first of both spans to the last. */
export function hull(span: Span, other: Span = span): WordWindow {
  return { from: Math.min(span.start, other.start), to: Math.max(span.end, other.end) };
}

/** A span of a passage as one of a window in it. */
export const within = ({ from }: WordWindow, { start, end, label }: Span): Span => ({
  start: start - from,
  end: end - from,
  label,
});

/** The tokens of some of a passage's words. */
export function sliceWords(
  { ids, wordStarts, shapes }: TokenizedWords,
  { from, to }: WordWindow,
): TokenizedWords {
  const firstToken = wordStarts[from] as number;
  return {
    ids: ids.slice(firstToken, wordStarts[to]),
    wordStarts: wordStarts.slice(from, to + 1).map((token) => token - firstToken),
    shapes: shapes.slice(from, to),
  };
}

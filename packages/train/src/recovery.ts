/** Items of phrase boundary recovery (paper 3.2.2): a span of the text, garbled, and the span to be recovered. */
import type { Garbler } from '@calibre/garble';
import type { Span } from '@calibre/metrics';
import {
  type CalibratorRow,
  type TokenizedWords,
  type Tokenizer,
  tokenizeWords,
} from '@calibre/model';
import type { ItemSource } from './batches.js';
import type { LabelledSentence } from './folds.js';
import { goldFor } from './instances.js';
import type { Random } from './random.js';

/** Text whose spans are right: sentences with entities, or passages with link anchors. Spans in words. */
export interface RecoveryExample extends LabelledSentence {
  readonly language: string;
}

/** The examples of each language, in the order in which languages are first met. */
export function byLanguage<Example extends { readonly language: string }>(
  examples: readonly Example[],
): Map<string, Example[]> {
  const groups = new Map<string, Example[]>();
  for (const example of examples) {
    const group = groups.get(example.language) ?? [];
    groups.set(example.language, group);
    group.push(example);
  }
  return groups;
}

export interface SpanLimits {
  /** Longer spans are left out. */
  readonly maxSpanWords: number;
}

/** Spans that are worth recovering: short enough, and without brackets, whose convention differs between sources. */
export function recoverableSpans(
  { words, spans }: LabelledSentence,
  { maxSpanWords }: SpanLimits,
): Span[] {
  return spans.filter(
    ({ start, end }) =>
      end - start <= maxSpanWords &&
      words.slice(start, end).every((word) => !/[()[\]{}]/.test(word)),
  );
}

export interface RecoverySourceOptions extends SpanLimits {
  readonly garbler: Garbler;
  readonly tokenizer: Pick<Tokenizer, 'wordIds'>;
  /** Lays an item out; undefined where it does not fit. */
  readonly row: (item: {
    passage: TokenizedWords;
    initial: Span;
    gold: Span | null;
  }) => CalibratorRow | undefined;
  /** Words of a passage read around a span, at a random place. */
  readonly maxWords: number;
  readonly weight: number;
  /** Labels an answer may get by mistake. */
  readonly labels: readonly string[];
}

/** One item for each span of each example, garbled anew whenever it is drawn. */
export function recoverySource(
  examples: readonly RecoveryExample[],
  options: RecoverySourceOptions,
): ItemSource<CalibratorRow> {
  const { garbler, tokenizer, row, maxWords, weight, labels } = options;
  const places = examples.flatMap((example) =>
    recoverableSpans(example, options).map((span) => ({ example, span })),
  );
  const tokenized = new Map<RecoveryExample, TokenizedWords>();
  const tokensOf = (example: RecoveryExample) => {
    const known =
      tokenized.get(example) ??
      tokenizeWords(tokenizer, example.words, { language: example.language });
    tokenized.set(example, known);
    return known;
  };
  return {
    length: places.length,
    weight,
    draw(index, random) {
      const { example, span } = places[index] as (typeof places)[number];
      const { initial } = garbler.garbleSpan(span, { words: example.words.length, random, labels });
      const gold = goldFor(initial, example.spans) ?? null;
      const core = gold
        ? { from: Math.min(initial.start, gold.start), to: Math.max(initial.end, gold.end) }
        : { from: initial.start, to: initial.end };
      const window = randomWindow(core, { words: example.words.length, maxWords, random });
      const shift = (moved: Span): Span => ({
        ...moved,
        start: moved.start - window.from,
        end: moved.end - window.from,
      });
      return row({
        passage: sliceWords(tokensOf(example), window),
        initial: shift(initial),
        gold: gold && shift(gold),
      });
    },
  };
}

/** Words [from, to). */
interface WordWindow {
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

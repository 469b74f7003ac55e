/** Items of phrase boundary recovery (paper 3.2.2): a span of the text, garbled, and the span to be recovered. */
import type { Garbler } from '@calibre/garble';
import type { Span } from '@calibre/metrics';
import type { CalibratorRow } from '@calibre/model';
import { type AnswerSourceOptions, answerSource } from './answer-source.js';
import type { ItemSource } from './batches.js';
import type { Random } from './random.js';
import type { LabelledSentence } from './sentences.js';

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

export interface RecoverySourceOptions extends SpanLimits, AnswerSourceOptions {
  readonly garbler: Garbler;
  /** Labels an answer may get by mistake. */
  readonly labels: readonly string[];
}

/** One item for each span of each example, garbled anew whenever it is drawn. */
export function recoverySource(
  examples: readonly LabelledSentence[],
  options: RecoverySourceOptions,
): ItemSource<CalibratorRow> {
  const { garbler, labels } = options;
  const places = examples.flatMap((sentence) =>
    recoverableSpans(sentence, options).map((span) => ({ sentence, span })),
  );
  const garbled = ({ sentence, span }: (typeof places)[number], random: Random) =>
    garbler.garbleSpan(span, { words: sentence.words.length, random, labels }).initial;
  return answerSource(places, garbled, options);
}

/** A labelled corpus with a base model's answers, and what a calibrator's network reads of them. */
import type { Span } from '@calibre/metrics';
import {
  type CalibratorReader,
  type ReadOptions,
  TextStatistics,
  type Tokenizer,
  tokenizeWords,
} from '@calibre/model';
import type { ReadSentence } from './answer-counts.js';
import { type LabelledSentence, languageOf } from './sentences.js';

/** Labelled sentences with a base model's answers. */
export interface AnsweredCorpus {
  readonly sentences: readonly LabelledSentence[];
  /** For each sentence; out of fold for text the base was trained on (decision 0005). */
  readonly answers: readonly (readonly Span[])[];
}

/** @throws RangeError where there is not one list of answers for each sentence */
export function requireAligned(
  sentences: readonly LabelledSentence[] = [],
  answers: AnsweredCorpus['answers'] = sentences.map(() => []),
): void {
  if (sentences.length === answers.length) return;
  throw new RangeError(
    `calibrator: answers must be one list for each of ${sentences.length} sentences, got ${answers.length}; give an empty list where the base answers nothing`,
  );
}

/** How the base model answered a corpus. */
export const statisticsOfCorpus = ({ sentences, answers }: AnsweredCorpus): TextStatistics =>
  TextStatistics.of(sentences.map(({ words }, index) => ({ words, spans: answers[index] ?? [] })));

export interface ReadCorpusOptions extends ReadOptions {
  readonly tokenizer: Pick<Tokenizer, 'wordIds'>;
}

/** What a reader says of each answer of a corpus; margins can be tried on it again and again. */
export async function readCorpus(
  reader: Pick<CalibratorReader, 'read'>,
  { sentences, answers }: AnsweredCorpus,
  { tokenizer, ...options }: ReadCorpusOptions,
): Promise<ReadSentence[]> {
  const items = sentences.flatMap((sentence, index) => {
    const spans = answers[index] ?? [];
    const passage =
      spans.length === 0
        ? undefined
        : tokenizeWords(tokenizer, sentence.words, languageOf(sentence));
    return passage ? spans.map((initial) => ({ passage, initial })) : [];
  });
  const readings = await reader.read(items, options);
  let next = 0;
  return sentences.map(({ words, spans: gold }, index) => ({
    words,
    gold,
    answers: (answers[index] ?? []).map((initial) => {
      const reading = readings[next++];
      return { initial, ...(reading && { reading }) };
    }),
  }));
}

/** Labelled text, the material of every recipe. */
import type { Span } from '@calibre/metrics';

/** A sentence or passage in words, and its gold answers. */
export interface LabelledSentence {
  readonly words: readonly string[];
  readonly spans: readonly Span[];
  /** For tokenizers that depend on it. */
  readonly language?: string;
}

/** The labels of all spans, sorted. */
export function labelsIn(sentences: readonly LabelledSentence[]): string[] {
  return [...new Set(sentences.flatMap(({ spans }) => spans.map(({ label }) => label)))].sort();
}

/** A sentence's language as an option that may be absent. */
export const languageOf = ({ language }: LabelledSentence): { language?: string } =>
  language === undefined ? {} : { language };

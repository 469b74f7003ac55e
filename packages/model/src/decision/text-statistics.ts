/** How a base model answered a text: what it made of the same words elsewhere. Needs no gold answers. */

import type { Span } from '@calibre/metrics';
import type { AnsweredSentence } from '../calibrator/answered-sentence.js';

const none: ReadonlyMap<string, number> = new Map();

/** Counts of a text's answers by their words, and of its words; case is ignored. */
export class TextStatistics {
  readonly #answers = new Map<string, Map<string, number>>();
  readonly #words = new Map<string, { count: number; answered: number }>();
  #total = 0;

  static of(sentences: Iterable<AnsweredSentence>): TextStatistics {
    const statistics = new TextStatistics();
    for (const sentence of sentences) statistics.add(sentence);
    return statistics;
  }

  /** Running words of the text. */
  get words(): number {
    return this.#total;
  }

  add({ words, spans }: AnsweredSentence): void {
    this.#total += words.length;
    const answered = coverage(words.length, spans);
    for (const [place, word] of words.entries()) {
      const key = word.toLowerCase();
      const known = this.#words.get(key) ?? { count: 0, answered: 0 };
      known.count++;
      known.answered += answered[place] as number;
      this.#words.set(key, known);
    }
    for (const span of spans) {
      const key = surfaceOf(words, span);
      const byLabel = this.#answers.get(key) ?? new Map<string, number>();
      byLabel.set(span.label, (byLabel.get(span.label) ?? 0) + 1);
      this.#answers.set(key, byLabel);
    }
  }

  /** How often these words are an answer, by label. */
  answers(surface: string): ReadonlyMap<string, number> {
    return this.#answers.get(surface) ?? none;
  }

  /**
   * Share of a word's other occurrences that are part of an answer; `here`: whether the one asked about is. −1 where there
   * is no other.
   */
  shareAnswered(word: string, here: boolean): number {
    const { count = 1, answered = 0 } = this.#words.get(word.toLowerCase()) ?? {};
    return count < 2 ? -1 : Math.max(0, answered - Number(here)) / (count - 1);
  }
}

/** The words of a span as `answers` knows them. */
export const surfaceOf = (words: readonly string[], { start, end }: Omit<Span, 'label'>): string =>
  words.slice(start, end).join(' ').toLowerCase();

/** 1 on words that an answer covers. */
export function coverage(words: number, spans: readonly Span[]): Uint8Array {
  const covered = new Uint8Array(words);
  for (const { start, end } of spans) covered.fill(1, start, end);
  return covered;
}

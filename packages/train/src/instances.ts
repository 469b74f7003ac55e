/** Which gold answer the calibrator must find for an initial one (decision 0001), and answers for which there is none. */
import type { Span } from '@calibre/metrics';
import type { Random } from './random.js';
import type { LabelledSentence } from './sentences.js';

/**
 * The gold answer of an initial answer: largest overlap, then the same label, then leftmost. Touching counts as overlap 0;
 * nothing overlaps or touches → `undefined`.
 */
export function goldFor(initial: Span, gold: readonly Span[]): Span | undefined {
  let best: { span: Span; rank: readonly number[] } | undefined;
  for (const span of gold) {
    const overlap = Math.min(initial.end, span.end) - Math.max(initial.start, span.start);
    if (overlap < 0) continue;
    const rank = [overlap, span.label === initial.label ? 1 : 0, -span.start];
    if (best === undefined || isAbove(rank, best.rank)) best = { span, rank };
  }
  return best?.span;
}

export interface SpuriousOptions {
  readonly random: Random;
  readonly labels: readonly string[];
  /** Of the answers drawn that begin in lower case, the share that is taken: base models seldom err there. */
  readonly lowerCaseShare: number;
}

/** An answer where there is none: one to three words that touch no gold answer. `undefined` when 30 draws find no room. */
export function spuriousAnswer(
  { words, spans }: LabelledSentence,
  { random, labels, lowerCaseShare }: SpuriousOptions,
): Span | undefined {
  for (let draw = 0; draw < spuriousDraws; draw++) {
    const length = spuriousLengths[Math.floor(random() * spuriousLengths.length)] as number;
    const start = Math.floor(random() * Math.max(1, words.length - length + 1));
    const end = start + length;
    const plausible = !beginsInLowerCase(words[start] ?? '') || random() < lowerCaseShare;
    const label = labels[Math.floor(random() * labels.length)] as string;
    const fits = end <= words.length && spans.every((span) => span.end < start || end < span.start);
    if (fits && plausible) return { start, end, label };
  }
  return undefined;
}

// Guesses that served in the experiment behind docs/decisions/0004.
const spuriousDraws = 30;
const spuriousLengths = [1, 1, 1, 2, 2, 3];

export const beginsInLowerCase = (word: string): boolean => /^\p{Ll}/u.test(word);

function isAbove(a: readonly number[], b: readonly number[]): boolean {
  const place = a.findIndex((value, index) => value !== b[index]);
  return place >= 0 && (a[place] as number) > (b[place] as number);
}

/** Counts → precision, recall, F1 and their averages, with the peers' arithmetic to the last bit. */
import { compareCodePoints } from './span.js';

/** `correct` of `predicted` found spans are among the `support` gold ones. Rates are fractions. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
  readonly predicted: number;
  readonly correct: number;
}

export interface Counts {
  support: number;
  predicted: number;
  correct: number;
}

export interface EntityScores {
  /** Over all spans, whatever their label. */
  readonly micro: Scores;
  /** Unweighted mean over the labels; NaN where there is none. */
  readonly macro: Scores;
  /** Mean over the labels, weighted by support. */
  readonly weighted: Scores;
  readonly labels: Record<string, Scores>;
}

/** What a precision without predictions, or a recall without gold spans, is taken for. */
export type ZeroDivision = 0 | 1;

// F1 = 2·P·R / (P + R), in this order of operations; 0 where P + R is
export const f1Of = (precision: number, recall: number): number =>
  precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);

export function scoresOf(
  { support, predicted, correct }: Counts,
  zeroDivision: ZeroDivision = 0,
): Scores {
  const precision = predicted ? correct / predicted : zeroDivision;
  const recall = support ? correct / support : zeroDivision;
  return { precision, recall, f1: f1Of(precision, recall), support, predicted, correct };
}

/** Sum in the order of numpy's pairwise summation, which decides the last bit of the peers' averages. */
export function sum(values: ArrayLike<number>, from = 0, to = values.length): number {
  const count = to - from;
  if (count > 128) {
    const half = from + (count >> 1) - ((count >> 1) % 8);
    return sum(values, from, half) + sum(values, half, to);
  }
  let total = 0;
  let i = from;
  if (count >= 8) {
    const lanes = Array.from({ length: 8 }, (_, lane) => values[from + lane]!);
    for (i += 8; i + 8 <= to; i += 8)
      for (let lane = 0; lane < 8; lane++) lanes[lane]! += values[i + lane]!;
    const [a, b, c, d, e, f, g, h] = lanes as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    total = a + b + (c + d) + (e + f + (g + h));
  }
  for (; i < to; i++) total += values[i]!;
  return total;
}

/** Counts per label that can grow, merge and be averaged. */
export class Tally {
  readonly #counts = new Map<string, Counts>();

  of(label: string): Counts {
    const known = this.#counts.get(label);
    if (known) return known;
    const counts = { support: 0, predicted: 0, correct: 0 };
    this.#counts.set(label, counts);
    return counts;
  }

  merge(labels: Record<string, Counts>): void {
    for (const [label, { support, predicted, correct }] of Object.entries(labels)) {
      const counts = this.of(label);
      counts.support += support;
      counts.predicted += predicted;
      counts.correct += correct;
    }
  }

  /** Labels in code point order; the averages are seqeval's. */
  result(zeroDivision: ZeroDivision): EntityScores {
    const labels = [...this.#counts]
      .filter(([, { support, predicted }]) => support + predicted > 0)
      .sort(([a], [b]) => compareCodePoints(a, b))
      .map(([label, counts]) => [label, scoresOf(counts, zeroDivision)] as const);
    const scores = labels.map(([, score]) => score);
    const total = { support: 0, predicted: 0, correct: 0 };
    for (const { support, predicted, correct } of scores) {
      total.support += support;
      total.predicted += predicted;
      total.correct += correct;
    }
    const average = (weightOf: (score: Scores) => number, weights: number): Scores => {
      const mean = (rate: 'precision' | 'recall' | 'f1') =>
        sum(scores.map((score) => score[rate] * weightOf(score))) / weights;
      return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1'), ...total };
    };
    const nothing = total.predicted ? 0 : zeroDivision;
    return {
      micro: scoresOf(total, zeroDivision),
      macro: average(() => 1, scores.length),
      weighted: total.support
        ? average(({ support }) => support, total.support)
        : { precision: nothing, recall: zeroDivision, f1: nothing, ...total },
      labels: Object.fromEntries(labels),
    };
  }
}

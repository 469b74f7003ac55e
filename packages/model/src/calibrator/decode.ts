/** The network's scores → what it says of each initial answer, in words. Takes no decision. */

import type { CalibratorConfiguration } from '../network/configuration.js';
import { type CalibratorRow, forEachCandidate, type UnitPair } from './row.js';

/** A pair of units with its score; (0, 0) is "no answer". */
export interface ScoredPair extends UnitPair {
  readonly score: number;
}

/** One possible answer: words [start, end) of the passage. */
export interface ScoredAnswer {
  readonly start: number;
  readonly end: number;
  /** Log-probability among all candidates and no answer. */
  readonly score: number;
  /** Log-probability of each label of the configuration, if the answer is this one; empty without a label head. */
  readonly labels: readonly number[];
}

/** What the calibrator reads out of one passage about one initial answer. */
export interface Reading {
  readonly initial: ScoredAnswer;
  /** Log-probability that there is no answer. */
  readonly noAnswer: number;
  /** The best candidates, best first; the initial answer may be among them. */
  readonly answers: readonly ScoredAnswer[];
}

/** The best candidate that is not the initial answer. */
export function bestOther({ initial, answers }: Reading): ScoredAnswer | undefined {
  return answers.find(({ start, end }) => start !== initial.start || end !== initial.end);
}

/** Outputs of the inference graph (`buildCalibratorScores`) for B rows, W units, L labels. */
export interface CalibratorScores {
  /** [B,W,W]; meaningful at candidate pairs alone. */
  readonly pairScores: Float32Array;
  /** [B,W,L]: the label logits of (i, j) are startLabels[i] + endLabels[j]; absent without a label head. */
  readonly startLabels?: Float32Array;
  readonly endLabels?: Float32Array;
}

/** The candidates of one row by score, best first; equal scores by start, then end. `pairScores` is that row's [W,W]. */
export function scoredPairs(
  row: CalibratorRow,
  configuration: CalibratorConfiguration,
  { pairScores, width }: { readonly pairScores: Float32Array; readonly width: number },
): ScoredPair[] {
  const pairs: ScoredPair[] = [];
  forEachCandidate(row, configuration, (start, end) => {
    pairs.push({ start, end, score: pairScores[start * width + end] as number });
  });
  return pairs.sort((a, b) => b.score - a.score || a.start - b.start || a.end - b.end);
}

/**
 * Joint decoding (paper 3.1.2): for each row the `topK` best candidates, the initial answer and no answer, each with its
 * log-probability under the configured temperatures. `width` is W, the padded number of units.
 */
export function readings(
  rows: readonly CalibratorRow[],
  scores: CalibratorScores,
  options: {
    readonly configuration: CalibratorConfiguration;
    readonly width: number;
    readonly topK?: number;
  },
): Reading[] {
  const { configuration, width: W, topK = 5 } = options;
  const { temperatures, labels } = configuration;
  const L = labels.length;
  return rows.map((row, b) => {
    const pairs = scoredPairs(row, configuration, {
      pairScores: scores.pairScores.subarray(b * W * W, (b + 1) * W * W),
      width: W,
    });
    const logits = pairs.map((pair) => pair.score / temperatures.span);
    const normaliser = logSumExp(logits);
    const logProbability = (pair: ScoredPair) => pair.score / temperatures.span - normaliser;
    const labelScores = ({ start, end }: UnitPair) => {
      const { startLabels, endLabels } = scores;
      if (startLabels === undefined || endLabels === undefined) return [];
      const logit = (_: unknown, label: number) =>
        (startLabels[(b * W + start) * L + label] as number) +
        (endLabels[(b * W + end) * L + label] as number);
      const scaled = Array.from({ length: L }, logit).map((x) => x / temperatures.label);
      const total = logSumExp(scaled);
      return scaled.map((x) => x - total);
    };
    const word = (unit: number) => row.unitWords[unit] as number;
    const answer = (pair: ScoredPair): ScoredAnswer => ({
      start: word(pair.start),
      end: word(pair.end) + 1,
      score: logProbability(pair),
      labels: labelScores(pair),
    });
    const at = ({ start, end }: UnitPair) =>
      pairs.find((pair) => pair.start === start && pair.end === end) as ScoredPair;
    return {
      initial: answer(at(row.initial)),
      noAnswer: logProbability(at({ start: 0, end: 0 })),
      answers: pairs
        .filter((pair) => pair.start !== 0)
        .slice(0, topK)
        .map(answer),
    };
  });
}

function logSumExp(values: readonly number[]): number {
  const max = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return max + Math.log(values.reduce((sum, value) => sum + Math.exp(value - max), 0));
}

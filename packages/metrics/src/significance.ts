/** Closed-form tests of a difference between two systems on the same items, and one number over several seeds. */
import { coinsAtMost, normalTwoSided, studentTwoSided } from './distributions.js';

/** Throws unless both systems have one finite score per item. */
export function checkPairs(place: string, a: readonly number[], b: readonly number[]): void {
  if (a.length !== b.length || a.length === 0)
    throw new RangeError(
      `${place}: both systems need one score per item, got ${a.length} and ${b.length}; score the same items`,
    );
  const bad = [...a, ...b].findIndex((score) => !Number.isFinite(score));
  if (bad >= 0)
    throw new RangeError(
      `${place}: scores must be finite, got ${[...a, ...b][bad]} at item ${bad % a.length}`,
    );
}

/**
 * McNemar's test on the items that exactly one of two systems gets right.
 * @param b items only the first gets right
 * @param c items only the second gets right
 * @returns the exact binomial p, and χ² with and without continuity correction (1 degree of freedom) with their p
 * @throws RangeError for counts below 0
 */
export function mcnemar(b: number, c: number) {
  if (!(b >= 0 && c >= 0))
    throw new RangeError(`mcnemar: counts must be 0 or more, got ${b} and ${c}`);
  const n = b + c;
  const gap = Math.abs(b - c);
  const chi2NoContinuity = n ? gap ** 2 / n : 0;
  const chi2Continuity = n ? Math.max(gap - 1, 0) ** 2 / n : 0;
  return {
    exactTwoSided: Math.min(1, 2 * coinsAtMost(Math.min(b, c), n)),
    chi2NoContinuity,
    chi2NoContinuityP: normalTwoSided(Math.sqrt(chi2NoContinuity)),
    chi2Continuity,
    chi2ContinuityP: normalTwoSided(Math.sqrt(chi2Continuity)),
  };
}

/**
 * Student's t on the differences of pairs.
 * @returns t, the two-sided p, and the one-sided p that `a` is not greater; t = 0 and p = 1 where no pair differs
 * @throws RangeError for unequal scores, fewer than two, or NaN
 * @see scipy.stats.ttest_rel
 */
export function pairedT(
  a: readonly number[],
  b: readonly number[],
): { t: number; p: number; pGreater: number } {
  checkPairs('pairedT', a, b);
  const n = a.length;
  if (n < 2) throw new RangeError(`pairedT: at least two pairs are needed, got ${n}`);
  const { mean, deviation } = summarizeRuns(a.map((score, i) => score - b[i]!));
  const t = mean === 0 ? 0 : mean / (deviation / Math.sqrt(n));
  const p = studentTwoSided(t, n - 1);
  return { t, p, pGreater: t > 0 ? p / 2 : 1 - p / 2 };
}

/**
 * Wilcoxon's signed rank test, two-sided. Pairs that do not differ are dropped.
 * @returns W, the smaller of the two rank sums, and its p: exact up to 50 pairs none of which tie or are equal, else normal
 * @throws RangeError for unequal or no scores, or NaN
 * @see scipy.stats.wilcoxon
 */
export function wilcoxon(
  a: readonly number[],
  b: readonly number[],
): { W: number; p: number; exact: boolean } {
  checkPairs('wilcoxon', a, b);
  const differences = a
    .map((score, i) => score - b[i]!)
    .filter((difference) => difference !== 0)
    .sort((x, y) => Math.abs(x) - Math.abs(y));
  const n = differences.length;
  let positive = 0;
  let tieTerm = 0;
  for (let from = 0, to = 0; from < n; from = to) {
    while (to < n && Math.abs(differences[to]!) === Math.abs(differences[from]!)) to++;
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i++) if (differences[i]! > 0) positive += rank;
    tieTerm += (to - from) ** 3 - (to - from);
  }
  const mean = (n * (n + 1)) / 4;
  const W = Math.min(positive, 2 * mean - positive);
  const exact = n === a.length && tieTerm === 0 && n <= 50;
  if (exact) return { W, p: Math.min(1, 2 * rankSumAtMost(W, n)), exact };
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48);
  return { W, p: n ? normalTwoSided(Math.abs(W - mean) / deviation) : 1, exact };
}

/** Share of the 2ⁿ subsets of 1…n whose sum is at most W. */
function rankSumAtMost(W: number, n: number): number {
  const subsets = new Float64Array(W + 1);
  subsets[0] = 1;
  for (let rank = 1; rank <= n; rank++)
    for (let sum = W; sum >= rank; sum--) subsets[sum]! += subsets[sum - rank]!;
  return subsets.reduce((total, count) => total + count, 0) / 2 ** n;
}

/**
 * One number over several seeds.
 * @returns mean, standard deviation (n − 1 in the denominator; 0 of one run), smallest and largest
 * @throws RangeError for no runs
 */
export function summarizeRuns(scores: readonly number[]) {
  const count = scores.length;
  if (count === 0) throw new RangeError('summarizeRuns: at least one run is needed, got none');
  const mean = scores.reduce((total, score) => total + score, 0) / count;
  const squares = scores.reduce((total, score) => total + (score - mean) ** 2, 0);
  return {
    mean,
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0,
    min: Math.min(...scores),
    max: Math.max(...scores),
    count,
  };
}

/** Whether a difference between two systems, measured on the same items, is more than chance. */
import { coinsAtMost, normalTwoSided, studentTwoSided } from './distributions.js';

/** Uniform in [0, 1): `Math.random`, or a seeded generator for results that can be repeated. */
export type Random = () => number;

/** Systems whose scores are sums over items divided by sums: means (denominators 1), or F1 (2·correct / (predicted + support)). */
export interface PairedSums {
  readonly numerators: readonly [ArrayLike<number>, ArrayLike<number>];
  readonly denominators: readonly [ArrayLike<number>, ArrayLike<number>];
}

export interface ResamplingOptions {
  readonly random: Random;
  /** Default 10,000. */
  readonly resamples?: number;
}

export interface PermutationResult {
  /** Score of the first system minus that of the second. */
  readonly difference: number;
  /** Two-sided. */
  readonly p: number;
  /** That the first is not better, and not worse. */
  readonly pGreater: number;
  readonly pLess: number;
  /** True: every exchange was tried, and `p` is a share of them; else `p` is (count + 1) / (resamples + 1). */
  readonly exact: boolean;
}

export interface BootstrapResult {
  readonly difference: number;
  /** Percentile interval of the difference. */
  readonly interval: readonly [low: number, high: number];
  /** One-sided, that the first is not better: share of resamples with more than twice the difference (Berg-Kirkpatrick 2012). */
  readonly p: number;
  /** True: every resample was tried. */
  readonly exact: boolean;
  /** Differences of the resamples, rising. */
  readonly differences: Float64Array;
}

const EXACT_LIMIT = 2 ** 16; // exchanges or resamples that are tried one by one rather than drawn
const SLACK = 1e-12; // differences this close are the same: sums of fractions round

/**
 * Paired permutation test (approximate randomisation) of two systems' mean scores; all 2ⁿ exchanges when at most 16 items
 * differ, as `scipy.stats.permutation_test` (`permutation_type="samples"`) has it.
 * @param a scores of the first system, one per item
 * @param b scores of the second, in the same order
 * @param options `ties: "skip"` counts only larger differences, not equal ones, as sacreBLEU does
 * @throws RangeError for unequal or no scores, and for NaN
 */
export function permutationTest(
  a: readonly number[],
  b: readonly number[],
  options: ResamplingOptions & { ties?: 'count' | 'skip' },
): PermutationResult {
  return permutePairs(meansOf('permutationTest', a, b), options);
}

/**
 * Paired bootstrap of two systems' mean scores over items; all nⁿ resamples of at most 6 items.
 * @throws RangeError for unequal or no scores, and for NaN
 */
export function bootstrapTest(
  a: readonly number[],
  b: readonly number[],
  options: ResamplingOptions & { confidence?: number },
): BootstrapResult {
  return bootstrapPairs(meansOf('bootstrapTest', a, b), options);
}

function meansOf(place: string, a: readonly number[], b: readonly number[]): PairedSums {
  checkPairs(place, a, b);
  const ones = new Float64Array(a.length).fill(1);
  return { numerators: [a, b], denominators: [ones, ones] };
}

const ratio = (numerator: number, denominator: number): number =>
  denominator ? numerator / denominator : 0;

export function permutePairs(
  { numerators: [na, nb], denominators: [da, db] }: PairedSums,
  { random, resamples = 10_000, ties = 'count' }: ResamplingOptions & { ties?: 'count' | 'skip' },
): PermutationResult {
  // Items that do not differ stay where they are: [numerator, denominator] of both systems, and what an exchange moves.
  const base = [0, 0, 0, 0];
  const movedNumerators: number[] = [];
  const movedDenominators: number[] = [];
  for (let i = 0; i < na.length; i++) {
    const item = [na[i]!, da[i]!, nb[i]!, db[i]!] as const;
    for (const at of item.keys()) base[at]! += item[at]!;
    if (item[0] === item[2] && item[1] === item[3]) continue;
    movedNumerators.push(item[2] - item[0]);
    movedDenominators.push(item[3] - item[1]);
  }
  const [n0, d0, n1, d1] = base as [number, number, number, number];
  const differenceAfter = (n: number, d: number) => ratio(n0 + n, d0 + d) - ratio(n1 - n, d1 - d);
  const difference = differenceAfter(0, 0);
  const slack = ties === 'count' ? -SLACK : SLACK;
  let greater = 0;
  let less = 0;
  let either = 0;
  let total = 0;
  const count = (n: number, d: number) => {
    const sample = differenceAfter(n, d);
    if (sample - difference > slack) greater++;
    if (difference - sample > slack) less++;
    if (Math.abs(sample) - Math.abs(difference) > slack) either++;
    total++;
  };
  const moves = movedNumerators.length;
  const exact = 2 ** moves <= EXACT_LIMIT;
  if (exact) {
    const tryAll = (from: number, n: number, d: number): void => {
      if (from < moves) {
        tryAll(from + 1, n, d);
        tryAll(from + 1, n + movedNumerators[from]!, d + movedDenominators[from]!);
      } else count(n, d);
    };
    tryAll(0, 0, 0);
  } else {
    const draw = wholeNumbers(random);
    const coins = new Uint32Array(Math.ceil(moves / 32));
    for (let sample = 0; sample < resamples; sample++) {
      draw(coins, 2 ** 32);
      let n = 0;
      let d = 0;
      for (let i = 0; i < moves; i++) {
        if (!((coins[i >> 5]! >>> (i & 31)) & 1)) continue;
        n += movedNumerators[i]!;
        d += movedDenominators[i]!;
      }
      count(n, d);
    }
  }
  const share = (counted: number) => (exact ? counted / total : (counted + 1) / (total + 1));
  return { difference, p: share(either), pGreater: share(greater), pLess: share(less), exact };
}

export function bootstrapPairs(
  { numerators: [na, nb], denominators: [da, db] }: PairedSums,
  { random, resamples = 10_000, confidence = 0.95 }: ResamplingOptions & { confidence?: number },
): BootstrapResult {
  const items = na.length;
  const exact = items ** items <= EXACT_LIMIT;
  const total = exact ? items ** items : resamples;
  const differences = new Float64Array(total);
  const draw = wholeNumbers(random);
  // One array in item order, so that a drawn item is one stretch of memory.
  const sums = Float64Array.from(
    { length: 4 * items },
    (_, i) => [na, da, nb, db][i % 4]![i >> 2]!,
  );
  const picked = Uint32Array.from({ length: items }, (_, position) => position);
  const differenceOfPicked = (): number => {
    let n0 = 0;
    let d0 = 0;
    let n1 = 0;
    let d1 = 0;
    for (let position = 0; position < items; position++) {
      const at = 4 * picked[position]!;
      n0 += sums[at]!;
      d0 += sums[at + 1]!;
      n1 += sums[at + 2]!;
      d1 += sums[at + 3]!;
    }
    return ratio(n0, d0) - ratio(n1, d1);
  };
  const difference = differenceOfPicked();
  for (let sample = 0; sample < total; sample++) {
    if (!exact) draw(picked, items);
    else for (let i = 0; i < items; i++) picked[i] = Math.floor(sample / items ** i) % items; // digits of `sample`
    differences[sample] = differenceOfPicked();
  }
  differences.sort();
  const beyond = differences.reduce(
    (found, sample) => found + (sample - 2 * difference > SLACK ? 1 : 0),
    0,
  );
  const tail = (1 - confidence) / 2;
  return {
    difference,
    interval: [quantile(differences, tail), quantile(differences, 1 - tail)],
    p: beyond / total,
    exact,
    differences,
  };
}

/** Linear interpolation between the neighbours, as numpy's default. */
function quantile(rising: Float64Array, share: number): number {
  const at = share * (rising.length - 1);
  const low = Math.floor(at);
  const next = rising[Math.min(low + 1, rising.length - 1)]!;
  return rising[low]! + (at - low) * (next - rising[low]!);
}

/** Fills arrays with whole numbers below a limit: sfc32, seeded from the caller's generator, which may be too slow itself. */
function wholeNumbers(random: Random): (into: Uint32Array, limit: number) => void {
  const seed = () => (random() * 2 ** 32) | 0;
  let state = { a: seed(), b: seed(), c: seed(), counter: 0 };
  const fill = (into: Uint32Array, limit: number) => {
    let { a, b, c, counter } = state;
    const scale = limit / 2 ** 32;
    for (let i = 0; i < into.length; i++) {
      counter = (counter + 1) | 0;
      const drawn = (a + b + counter) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + drawn) | 0;
      into[i] = (drawn >>> 0) * scale;
    }
    state = { a, b, c, counter };
  };
  fill(new Uint32Array(12), 1);
  return fill;
}

function checkPairs(place: string, a: readonly number[], b: readonly number[]): void {
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

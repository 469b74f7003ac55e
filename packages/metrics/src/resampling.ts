/** Whether a difference between two systems on the same items is chance, by exchanging or drawing the items again. */
import { checkPairs } from './significance.js';

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

function checkOptions({ resamples, confidence }: { resamples: number; confidence: number }): void {
  if (!Number.isInteger(resamples) || resamples < 1 || !(confidence > 0 && confidence < 1))
    throw new RangeError(
      `resampling: resamples must be 1 or more and confidence between 0 and 1, got ${resamples} and ${confidence}; 10,000 and 0.95 are usual`,
    );
}

const ratio = (numerator: number, denominator: number): number =>
  denominator ? numerator / denominator : 0;

export function permutePairs(
  { numerators: [na, nb], denominators: [da, db] }: PairedSums,
  { random, resamples = 10_000, ties = 'count' }: ResamplingOptions & { ties?: 'count' | 'skip' },
): PermutationResult {
  checkOptions({ resamples, confidence: 0.5 });
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
  checkOptions({ resamples, confidence });
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

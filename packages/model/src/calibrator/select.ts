/** Weighted interval scheduling: the disjoint spans of greatest total weight. */

export interface Interval {
  readonly start: number;
  readonly end: number;
}

/**
 * The set of pairwise disjoint half-open spans whose weights sum to the most, by start; spans that only touch are disjoint.
 * O(n log n). Weights are 0 or more; of equal sums the one that takes the later span.
 */
export function bestDisjoint<T extends Interval>(
  spans: readonly T[],
  { weight }: { readonly weight: (span: T) => number },
): T[] {
  const byEnd = [...spans].sort((a, b) => a.end - b.end || a.start - b.start);
  // total[n]: the best sum over the first n spans; taken[n]: span n − 1 is part of it; before[n]: spans that end before it starts.
  const total = [0];
  const before = byEnd.map(({ start }) => countEndingBy(byEnd, start));
  const taken = byEnd.map((span, n) => {
    const withSpan = (total[before[n] as number] as number) + weight(span);
    const take = withSpan >= (total[n] as number); // a weight that underflowed to 0 costs nobody
    total.push(take ? withSpan : (total[n] as number));
    return take;
  });
  const chosen: T[] = [];
  for (let n = byEnd.length; n > 0; )
    if (taken[n - 1]) {
      chosen.push(byEnd[n - 1] as T);
      n = before[n - 1] as number;
    } else n--;
  return chosen.reverse();
}

/** How many of the spans, sorted by end, end at or before `start`: binary search. */
function countEndingBy(byEnd: readonly Interval[], start: number): number {
  let low = 0;
  let high = byEnd.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((byEnd[middle] as Interval).end <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Finds the spans of a sentence that a stretch overlaps or nearly touches, without looking at all of them. */
import type { Span } from './span.js';

export const overlapOf = (a: Span, b: Span): number =>
  Math.min(a.end, b.end) - Math.max(a.start, b.start);

export class SpanIndex {
  readonly #order: number[];
  readonly #starts: number[];
  readonly #reach: number[] = []; // largest end so far, in order of start: never falls
  constructor(readonly spans: readonly Span[]) {
    this.#order = spans.map((_, i) => i).sort((a, b) => spans[a]!.start - spans[b]!.start || a - b);
    this.#starts = this.#order.map((i) => spans[i]!.start);
    for (const i of this.#order) this.#reach.push(Math.max(this.#reach.at(-1) ?? 0, spans[i]!.end));
  }

  /** Indices of the spans with at most `gap` words between them and `[start, end)`, leftmost first; gap −1: overlapping. */
  *near({ start, end }: Span, gap = -1): Generator<number> {
    for (let at = firstAtLeast(this.#reach, start - gap); at < this.#order.length; at++) {
      if (this.#starts[at]! - end > gap) return;
      const i = this.#order[at]!;
      if (start - this.spans[i]!.end <= gap) yield i;
    }
  }
}

/** First position of a rising array whose value is at least `bound`. */
export function firstAtLeast(rising: readonly number[], bound: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

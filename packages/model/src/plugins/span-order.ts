import type { Span } from '@calibre/metrics';

/** The spans by start, then end, as a base model gives them. */
export function inOrder(spans: readonly Span[]): Span[] {
  return spans.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

import type { Passage } from '@calibre/data-wiki';

/**
 * A passage in pieces of at most `maxWords` words, none of which cuts an anchor; pieces without anchors are left out. Pieces
 * keep the passage's text: their words are offsets into it.
 */
export function cutIntoPieces(passage: Passage, maxWords: number): Passage[] {
  const { words, anchors } = passage;
  const pieces: Passage[] = [];
  for (let from = 0; from < words.length; ) {
    const farthest = Math.min(words.length, from + maxWords);
    const across = anchors.find(({ start, end }) => start < farthest && farthest < end);
    const to = across !== undefined && across.start > from ? across.start : farthest;
    const inside = anchors.filter(({ start, end }) => start >= from && end <= to);
    if (inside.length > 0) {
      const shift = from;
      pieces.push({
        ...passage,
        words: words.slice(from, to),
        anchors: inside.map(({ start, end, target }) => ({
          start: start - shift,
          end: end - shift,
          target,
        })),
      });
    }
    from = to;
  }
  return pieces;
}

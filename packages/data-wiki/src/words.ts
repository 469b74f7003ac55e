/** Some words of a page while it is read: flat offsets, of which those of the words [start, end), seen from `base`. */
import type { WordOffsets } from '@calibre/metrics';

export interface WordRange {
  readonly offsets: ArrayLike<number>;
  readonly start: number;
  readonly end: number;
  readonly base: number;
}

export function toWords({ offsets, start, end, base }: WordRange): WordOffsets[] {
  const words: WordOffsets[] = [];
  for (let i = 2 * start; i < 2 * end; i += 2) {
    const [from, to] = [offsets[i] as number, offsets[i + 1] as number];
    words.push({ charStart: from - base, charEnd: to - base });
  }
  return words;
}

/** What a set of passages is made of, by language (paper table 3). */
import type { Passage } from '../passage.js';

/** Counts and means of one language's passages. */
export interface PassageStatistics {
  readonly language: string;
  readonly passages: number;
  readonly pages: number;
  readonly anchors: number;
  readonly words: number;
  readonly wordsPerPassage: number;
  readonly anchorsPerPassage: number;
  readonly wordsPerAnchor: number;
  /** Anchors by their number of words, `anchorWords[n]` those of n words. */
  readonly anchorWords: readonly number[];
}

interface Sums {
  passages: number;
  words: number;
  anchors: number;
  anchorWords: number[];
  pages: number;
  lastPage: string;
}

/** Statistics of passages by language, sorted by code. Pages are counted where they stand together, as in a dump. */
export async function passageStatistics(
  passages: Iterable<Passage> | AsyncIterable<Passage>,
): Promise<PassageStatistics[]> {
  const sums = new Map<string, Sums>();
  for await (const { language, pageId, title, words, anchors } of passages) {
    let sum = sums.get(language);
    if (!sum) {
      sum = { passages: 0, words: 0, anchors: 0, anchorWords: [], pages: 0, lastPage: '' };
      sums.set(language, sum);
    }
    const page = `${pageId} ${title}`;
    if (page !== sum.lastPage) sum.pages++;
    sum.lastPage = page;
    sum.passages++;
    sum.words += words.length;
    sum.anchors += anchors.length;
    for (const { start, end } of anchors)
      sum.anchorWords[end - start] = (sum.anchorWords[end - start] ?? 0) + 1;
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([language, { lastPage: _, ...sum }]) => {
      const anchorWords = Array.from(sum.anchorWords, (count) => count ?? 0);
      const anchorLength = anchorWords.reduce((total, count, words) => total + count * words, 0);
      return {
        language,
        ...sum,
        anchorWords,
        wordsPerPassage: sum.words / sum.passages,
        anchorsPerPassage: sum.anchors / sum.passages,
        wordsPerAnchor: sum.anchors === 0 ? 0 : anchorLength / sum.anchors,
      };
    });
}

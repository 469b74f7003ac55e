/** Finds mentions that come without offsets, as language models answer, in their text. */
import type { Span } from './span.js';

export interface Mention {
  readonly text: string;
  readonly label: string;
  readonly score?: number;
}

export interface MissingMention {
  readonly mention: Mention;
  /** Place among the mentions given. */
  readonly index: number;
}

/**
 * Gives each mention an occurrence of its own. Mentions are taken to stand in the order of the text: the first free occurrence
 * after the mention before is preferred, else the first free one anywhere; whole words are preferred to parts of words.
 * @returns `spans` in UTF-16 code units of `text`, in the order of the mentions found, and the mentions `missing`
 */
export function locateMentions(
  text: string,
  mentions: readonly Mention[],
): { spans: Span[]; missing: MissingMention[] } {
  const spans: Span[] = [];
  const missing: MissingMention[] = [];
  const taken = new Map<string, Set<number>>();
  let cursor = 0;
  mentions.forEach((mention, index) => {
    const used = taken.get(mention.text) ?? new Set();
    taken.set(mention.text, used);
    const find = (from: number, accept: (start: number) => boolean): number => {
      let at = mention.text ? text.indexOf(mention.text, from) : -1;
      while (at >= 0 && (used.has(at) || !accept(at))) at = text.indexOf(mention.text, at + 1);
      return at;
    };
    const isWhole = (start: number) =>
      !isInsideWord(text, start) && !isInsideWord(text, start + mention.text.length);
    const start = [
      () => find(cursor, isWhole),
      () => find(0, isWhole),
      () => find(cursor, () => true),
      () => find(0, () => true),
    ].reduce((found, search) => (found >= 0 ? found : search()), -1);
    if (start < 0) {
      missing.push({ mention, index });
      return;
    }
    used.add(start);
    cursor = start + mention.text.length;
    const { label, score } = mention;
    spans.push({ start, end: cursor, label, ...(score === undefined ? {} : { score }) });
  });
  return { spans, missing };
}

const isInsideWord = (text: string, at: number): boolean =>
  /[\p{L}\p{M}\p{N}_]$/u.test(text.slice(Math.max(at - 2, 0), at)) &&
  /^[\p{L}\p{M}\p{N}_]/u.test(text.slice(at, at + 2));

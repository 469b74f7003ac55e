/** Apostrophes of a line: which of them style and which are apostrophes (MediaWiki's Parser::doQuotes). */
import type { Reading } from './reading.js';
import { Kind } from './structure.js';

const [NEWLINE, SPACE, APOSTROPHE] = [10, 32, 39];

/** What was found of a line's runs of apostrophes. */
export interface LineQuotes {
  /** Where the line ends. */
  readonly end: number;
  /** Start of the run of three that is an apostrophe and an italic, or -1. */
  readonly split: number;
}

/**
 * A line with one bold and one italic too many has an apostrophe before an italic in one of its runs of three: the first
 * after a word of one letter, else the first after a longer word, else the first after a space. Reads the line that
 * starts at `from`, where `construct` is the first construct not before it; constructs but links are passed over.
 */
export function lineQuotes(
  { units, length, structures }: Reading,
  { from, construct: first }: { from: number; construct: number },
): LineQuotes {
  const { starts, ends, kinds, nexts } = structures;
  const candidates = [-1, -1, -1];
  let [bold, italic] = [0, 0];
  let construct = first;
  let i = from;
  while (i < length && units[i] !== NEWLINE) {
    while ((starts[construct] as number) < i) construct++;
    const end = ends[construct] as number;
    if (starts[construct] === i && kinds[construct] !== Kind.Link && end > i) {
      i = end;
      construct = nexts[construct] as number;
      continue;
    }
    if (units[i] !== APOSTROPHE) {
      i++;
      continue;
    }
    const start = i;
    while (units[i] === APOSTROPHE) i++;
    const length = i - start;
    if (length === 2 || length >= 5) italic++;
    if (length >= 3) bold++;
    if (length === 3 || length === 4) {
      const at = i - 3;
      const rank = units[at - 1] === SPACE ? 2 : isSpaceBefore(units, at - 1) ? 0 : 1;
      if (candidates[rank] === -1) candidates[rank] = start;
    }
  }
  const isUnbalanced = bold % 2 === 1 && italic % 2 === 1;
  return { end: i, split: isUnbalanced ? (candidates.find((start) => start >= 0) ?? -1) : -1 };
}

/** Whether the character at `index` is the first of its word. */
const isSpaceBefore = (units: Uint16Array, index: number): boolean =>
  index < 1 || units[index - 1] === SPACE || units[index - 1] === NEWLINE;

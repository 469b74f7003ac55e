/** The title of a link, up to its bar or its end. */
import type { Reading } from './reading.js';
import { Kind } from './structure.js';

/** A link's title as written. */
export interface LinkHead {
  readonly title: string;
  /** Where its text starts, after the bar; -1 where it has none. */
  readonly textStart: number;
  /** Whether nothing but plain text and comments is in the title, so that it is known. */
  readonly isPlain: boolean;
}

const [NEWLINE, LESS, GREATER] = [10, 60, 62];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, BAR, CLOSE_BRACE] = [91, 93, 123, 124, 125];

/** Reads the head of a closed link; undefined where what stands there cannot be a title. */
export function linkHead(
  { text, units, structures }: Reading,
  construct: number,
): LinkHead | undefined {
  const { starts, ends, kinds, nexts } = structures;
  const end = (ends[construct] as number) - 2;
  let title = '';
  let isPlain = true;
  let next = construct + 1;
  let i = (starts[construct] as number) + 2;
  while (i < end) {
    const stop = titleEnd(units, i, end);
    title += text.slice(i, stop);
    if (stop === end) break;
    if (units[stop] === BAR) return { title, textStart: stop + 1, isPlain };
    while ((starts[next] as number) < stop) next++;
    const isConstruct =
      starts[next] === stop && (ends[next] as number) >= 0 && kinds[next] !== Kind.Link;
    if (!isConstruct) return undefined;
    i = ends[next] as number;
    next = nexts[next] as number;
    if (text.slice(stop, i) === '{{!}}') return { title, textStart: i, isPlain };
    if (!text.startsWith('<!--', stop)) isPlain = false;
  }
  return { title, textStart: -1, isPlain };
}

/** Where the plain part of a title ends: at a bar, a bracket, a brace, a tag or a new line. */
function titleEnd(units: Uint16Array, from: number, to: number): number {
  let i = from;
  while (i < to) {
    const code = units[i];
    if (code === BAR || code === NEWLINE || code === LESS || code === GREATER) break;
    if (
      code === OPEN_BRACKET ||
      code === CLOSE_BRACKET ||
      code === OPEN_BRACE ||
      code === CLOSE_BRACE
    )
      break;
    i++;
  }
  return i;
}

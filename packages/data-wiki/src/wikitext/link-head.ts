/** The title of a link, up to its bar or its end. */
import { UNCLEAN_UNITS } from './links.js';
import type { Reading } from './reading.js';
import { PLAIN_SPACE, SPACES } from './spaces.js';
import { Kind } from './structure.js';

/** A link's title as written. */
export interface LinkHead {
  readonly title: string;
  /** Where its text starts, after the bar; -1 where it has none. */
  readonly textStart: number;
  /** Whether nothing but plain text and comments is in the title, so that it is known. */
  readonly isPlain: boolean;
  /** Whether the title leads to an article of this name as it is written, whatever the language: nothing odd is in it. */
  readonly isSimple: boolean;
}

const BAR = 124;
/** What a unit is in a title; 0 where it stands for itself. Two spaces that meet are odd: `(SPACE & SPACE) >> 1`. */
const [STOP, ODD, SPACE] = [1, 2, 4];
const KINDS = SPACES.map((space) => (space === 0 ? 0 : space === PLAIN_SPACE ? SPACE : ODD));
for (const unit of `:${UNCLEAN_UNITS}`) KINDS[unit.charCodeAt(0)] = ODD;
for (const unit of '|[]{}<>\n') KINDS[unit.charCodeAt(0)] = STOP;

/** Reads the head of a closed link; undefined where what stands there cannot be a title. */
export function linkHead(
  { text, units, structures }: Reading,
  construct: number,
): LinkHead | undefined {
  const { starts, ends, kinds, nexts } = structures;
  const end = (ends[construct] as number) - 2;
  const first = (starts[construct] as number) + 2;
  let title = '';
  let isPlain = true;
  let isSimple = false;
  let next = construct + 1;
  let i = first;
  while (i < end) {
    let stop = i;
    let seen = 0;
    let before = SPACE;
    for (; stop < end; stop++) {
      const kind = KINDS[units[stop] as number] as number;
      if (kind === STOP) break;
      seen |= kind | ((kind & before) >> 1);
      before = kind;
    }
    isSimple = i === first && before !== SPACE && (seen & ODD) === 0;
    title += text.slice(i, stop);
    if (stop === end) break;
    if (units[stop] === BAR) return { title, textStart: stop + 1, isPlain, isSimple };
    while ((starts[next] as number) < stop) next++;
    const isConstruct =
      starts[next] === stop && (ends[next] as number) >= 0 && kinds[next] !== Kind.Link;
    if (!isConstruct) return undefined;
    i = ends[next] as number;
    next = nexts[next] as number;
    if (text.slice(stop, i) === '{{!}}') return { title, textStart: i, isPlain, isSimple };
    isSimple = false;
    if (!text.startsWith('<!--', stop)) isPlain = false;
  }
  return { title, textStart: -1, isPlain, isSimple };
}

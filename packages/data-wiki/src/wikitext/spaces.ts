/** White space, and the punctuation that is left of something dropped. */

const CLOSING = ')）]';
const OPENING = '(（[';
const SEPARATOR = ',;，；、،؛';
const STOP = '.。:!?';

/** The plain space, and the bit of all other white space. */
export const PLAIN_SPACE = 1;
const UNUSUAL = 2;
/** Of each unit: 0 where it is no white space, `PLAIN_SPACE`, or that and `UNUSUAL`. */
export const SPACES = new Uint8Array(0x10000);
for (const unit of [
  9, 10, 11, 12, 13, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff,
])
  SPACES[unit] = PLAIN_SPACE | UNUSUAL;
SPACES.fill(PLAIN_SPACE | UNUSUAL, 0x2000, 0x200b);
SPACES[0x20] = PLAIN_SPACE;

/** Whether a reader sees the unit as a space. */
export const isSpace = (unit: number): boolean => SPACES[unit] !== 0;

/** Copies the units [from, to) to `into` at `start`, each run of white space as one plain space, and gives where they end. */
export function copyCollapsed(
  units: Uint16Array,
  { from, to, into, at: start }: { from: number; to: number; into: Uint16Array; at: number },
): number {
  let at = start;
  let before = 0;
  for (let i = from; i < to; ) {
    const unit = units[i] as number;
    const kind = SPACES[unit] as number;
    if (i + 4 <= to) {
      // Most often no two spaces meet and all are plain: four units at once.
      const second = units[i + 1] as number;
      const third = units[i + 2] as number;
      const fourth = units[i + 3] as number;
      const kind2 = SPACES[second] as number;
      const kind3 = SPACES[third] as number;
      const kind4 = SPACES[fourth] as number;
      const meeting = (before & kind) | (kind & kind2) | (kind2 & kind3) | (kind3 & kind4);
      if ((meeting | ((kind | kind2 | kind3 | kind4) & UNUSUAL)) === 0) {
        into[at] = unit;
        into[at + 1] = second;
        into[at + 2] = third;
        into[at + 3] = fourth;
        at += 4;
        i += 4;
        before = kind4;
        continue;
      }
    }
    if ((before & kind) === 0) into[at++] = kind === 0 ? unit : 0x20;
    before = kind;
    i++;
  }
  return at;
}

/**
 * Where the units [start, end) go on after something was dropped, without the punctuation at their head that only
 * belonged to it; and what is left of the punctuation held back before.
 */
export function withoutOrphans(
  units: Uint16Array,
  { start, end, pending }: { start: number; end: number; pending: string },
): { readonly rest: number; readonly pending: string } {
  let rest = start;
  let held = pending;
  for (;;) {
    let at = rest;
    while (at < end && isSpace(units[at] as number)) at++;
    if (at === end) return { rest, pending: held };
    const next = String.fromCharCode(units[at] as number);
    const last = held.trim().at(-1) ?? '';
    const isClosing = CLOSING.includes(next);
    const isSeparator = SEPARATOR.includes(next);
    if (last !== '' && OPENING.includes(last) && (isClosing || isSeparator)) {
      if (isClosing) held = held.slice(0, held.lastIndexOf(last));
      rest = at + 1;
      while (isSeparator && rest < end && isSpace(units[rest] as number)) rest++;
      continue;
    }
    if (!isClosing && !isSeparator && !STOP.includes(next)) return { rest, pending: held };
    if (last !== '' && SEPARATOR.includes(last)) held = held.slice(0, held.lastIndexOf(last));
    return { rest: at, pending: held.trimEnd() };
  }
}

import type { AlignedText, Change } from './aligned-text.js';
import { normalizationInert } from './code-points.js';

/** A normalisation form of Unicode Standard Annex 15. */
export type NormalizationForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/**
 * Unicode normalisation that keeps the alignment, as the Rust library does it: decompose, order the combining marks,
 * compose, with the count of characters tracked. Characters newer than that library's tables pass through.
 */
export function normalizeUnicode(text: AlignedText, form: NormalizationForm): AlignedText {
  const before = text.toString();
  if (before.normalize(form) === before) return text;
  const decomposition = form.endsWith('KD') || form.endsWith('KC') ? 'NFKD' : 'NFD';
  const decomposed = text.chars.flatMap((char): Change[] =>
    isInert(char)
      ? [[char, 0]]
      : [...char.normalize(decomposition)].map((part, at) => [part, at === 0 ? 0 : 1]),
  );
  orderMarks(decomposed);
  return text.transform(form.endsWith('C') ? compose(decomposed) : decomposed);
}

/** Canonical ordering, in place: an insertion sort by combining class inside each run of marks. */
function orderMarks(changes: Change[]): void {
  for (let at = 1; at < changes.length; at++) {
    for (let to = at; to > 0; to--) {
      const [left, right] = [changes[to - 1] as Change, changes[to] as Change];
      if (!swaps(left[0], right[0])) break;
      changes[to - 1] = right;
      changes[to] = left;
    }
  }
}

/** Canonical composition: a mark joins the last starter unless one of its own class, or a starter, stands between. */
function compose(changes: readonly Change[]): Change[] {
  const composed: Change[] = [];
  let starter = -1; // index in `composed`
  for (const [char, change] of changes) {
    const last = composed.length - 1;
    const blocked =
      last > starter && (!isMark(char) || !swaps(char, (composed[last] as Change)[0]));
    if (starter >= 0 && !blocked) {
      const [base, baseChange] = composed[starter] as Change;
      const joined = pair(base, char);
      if (joined !== undefined) {
        composed[starter] = [joined, baseChange + change - 1];
        continue;
      }
    }
    composed.push([char, change]);
    if (!isMark(char)) starter = composed.length - 1;
  }
  return composed;
}

// JavaScript does not tell combining classes, but its own ordering does: two marks change places under NFD exactly
// when the first has the greater class, and U+0345 has the greatest of all (240).
const greatestMark = '\u0345';

function swaps(first: string, second: string): boolean {
  return (
    !isInert(first) &&
    !isInert(second) &&
    (first + second).normalize('NFD').startsWith(second) &&
    first !== second
  );
}

function isMark(char: string): boolean {
  return char === greatestMark || swaps(greatestMark, char);
}

function pair(base: string, mark: string): string | undefined {
  if (isInert(base) || isInert(mark)) return undefined;
  const [joined, ...rest] = (base + mark).normalize('NFC');
  return joined === undefined || rest.length > 0 || isInert(joined) ? undefined : joined;
}

function isInert(char: string): boolean {
  return normalizationInert(char.codePointAt(0) as number);
}

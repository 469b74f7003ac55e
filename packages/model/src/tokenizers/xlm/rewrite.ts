import { AlignedText } from '../aligned-text.js';

/** A substitution: a pattern with flags `gu`, and what replaces it, `$1` standing for a group. */
export type Rewrite = readonly [pattern: RegExp, replacement: string];

/** A rewrite from a pattern's source. */
export function rewrite(source: string, replacement: string): Rewrite {
  return [new RegExp(source, 'gu'), replacement];
}

/**
 * Applies substitutions in turn. Of each match the characters that the replacement has at its beginning and end too keep
 * their alignment; what stands between takes the place of all that it replaces.
 */
export function applyRewrites(text: AlignedText, rewrites: readonly Rewrite[]): AlignedText {
  return rewrites.reduce(applyRewrite, text);
}

function applyRewrite(text: AlignedText, [pattern, replacement]: Rewrite): AlignedText {
  const string = text.toString();
  if (string.search(pattern) < 0) return text;
  const chars: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const keep = (from: number, to: number): void => {
    for (let at = from; at < to; at++) {
      chars.push(text.chars[at] as string);
      starts.push(text.starts[at] as number);
      ends.push(text.ends[at] as number);
    }
  };
  let done = 0; // in code points, as all below
  let seen = 0; // in UTF-16 units
  for (const match of string.matchAll(pattern)) {
    const start = done + [...string.slice(seen, match.index)].length;
    const old = [...match[0]];
    const now = [...replacement.replace(/\$(\d)/g, (_, group) => match[group] ?? '')];
    const shorter = Math.min(old.length, now.length);
    let head = 0;
    while (head < shorter && old[head] === now[head]) head++;
    let tail = 0;
    while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
    const end = start + old.length;
    keep(done, start + head);
    for (const char of now.slice(head, now.length - tail)) {
      chars.push(char);
      starts.push(text.starts[start + head] ?? 0);
      ends.push(text.ends[end - tail - 1] ?? 0);
    }
    keep(end - tail, end);
    done = end;
    seen = match.index + match[0].length;
  }
  keep(done, text.length);
  return new AlignedText(chars, starts, ends);
}

/** The arguments of a template: where each stands in the text. */
import type { Reading } from './reading.js';

/** An argument's text [start, end), and the first construct not before it. */
export interface Argument {
  readonly start: number;
  readonly end: number;
  readonly construct: number;
}

const [EQUALS, BAR] = [61, 124];

/**
 * The unnamed arguments of a template (`1=` counts as unnamed) in the order of their numbers. `from` is where its
 * inside starts, or, for a parser function, what stands after its colon, which is its first argument.
 */
export function templateArguments(
  { text, units, structures }: Reading,
  { construct, from, isFunction }: { construct: number; from: number; isFunction: boolean },
): Argument[] {
  const { starts, ends, nexts } = structures;
  const found: Argument[] = [];
  const end = (ends[construct] as number) - 2;
  let next = construct + 1;
  let start = isFunction ? from : -1;
  let first = next;
  let equals = -1;
  const take = (stop: number): void => {
    if (start < 0) return;
    const number = equals < 0 ? found.length + 1 : Number(text.slice(start, equals));
    if (number > 0 && number < 10)
      found[number - 1] = { start: equals < 0 ? start : equals + 1, end: stop, construct: first };
  };
  for (let i = from; i < end; ) {
    while ((starts[next] as number) < i) next++;
    if (starts[next] === i && (ends[next] as number) >= 0) {
      i = ends[next] as number;
      next = nexts[next] as number;
      continue;
    }
    const code = units[i];
    if (code === BAR) {
      take(i);
      start = i + 1;
      first = next;
      equals = -1;
    } else if (code === EQUALS && equals < 0 && start >= 0) equals = i;
    i++;
  }
  take(end);
  return found;
}

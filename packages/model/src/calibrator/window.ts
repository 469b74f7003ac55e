/** The part of a passage that is read around one answer. Cuts only between words; never cuts the answer. */

/** Words [from, to) of a passage. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * The words around `core` that fit into `budget` tokens, the same number of tokens on both sides where the passage has
 * them. The whole passage where it fits; undefined where `core` itself does not.
 */
export function windowAround(
  wordStarts: readonly number[],
  { core, budget }: { readonly core: Window; readonly budget: number },
): Window | undefined {
  const words = wordStarts.length - 1;
  const token = (word: number) => wordStarts[word] as number;
  const total = token(words);
  if (total <= budget) return { from: 0, to: words };
  const slack = budget - (token(core.to) - token(core.from));
  if (slack < 0) return undefined;
  const left = Math.max(Math.floor(slack / 2), slack - (total - token(core.to)));
  const firstToken = Math.max(0, token(core.from) - left);
  let from = core.from;
  while (from > 0 && token(from - 1) >= firstToken) from--;
  let to = core.to;
  while (to < words && token(to + 1) - token(from) <= budget) to++;
  return { from, to };
}

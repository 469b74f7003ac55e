import { type Random, seededRandom } from '@calibre/garble';

export type { Random };

/**
 * A random stream that is a pure function of its numbers: `randomOf(seed, epoch, index)` needs no saved state, so a
 * resumed run draws what an uninterrupted one would. Numbers are read as 32-bit integers.
 */
export function randomOf(seed: number, ...stream: readonly number[]): Random {
  let hash = mix(seed | 0);
  for (const part of stream) hash = mix(hash ^ Math.imul(part | 0, 0x9e3779b1));
  return seededRandom(hash);
}

/** A permutation of 0 … length − 1 (Fisher–Yates). */
export function permutation(length: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  return shuffle(order, random);
}

/** Shuffles in place (Fisher–Yates) and returns its argument. */
export function shuffle<List extends { length: number; [index: number]: unknown }>(
  list: List,
  random: Random,
): List {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
}

// The 32-bit finaliser of MurmurHash3: every input bit reaches every output bit.
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

import type { Pieces } from './pieces.js';

const cacheEntries = 1 << 17;
const longestCached = 64; // UTF-16 units

/** Remembers the pieces of short texts; starts afresh when full, which keeps a long run's memory bounded. */
export class PiecesCache {
  readonly #compute: (text: string) => Pieces;
  readonly #entries = new Map<string, Pieces>();

  constructor(compute: (text: string) => Pieces) {
    this.#compute = compute;
  }

  get(text: string): Pieces {
    const cached = this.#entries.get(text);
    if (cached !== undefined) return cached;
    const pieces = this.#compute(text);
    if (text.length > longestCached) return pieces;
    if (this.#entries.size >= cacheEntries) this.#entries.clear();
    this.#entries.set(text, pieces);
    return pieces;
  }
}

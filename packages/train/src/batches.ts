/**
 * Endless, length-bucketed batches from weighted sources. The order is a pure function of the seed and a cursor, so
 * resuming needs two numbers and no replay. Knows nothing of networks; an item is whatever a source draws.
 */
import { permutation, type Random, randomOf, shuffle } from './random.js';

/** Examples read by index, made into items on demand. */
export interface ItemSource<Item> {
  /** Examples; each is drawn once an epoch, in an order shuffled anew each epoch. */
  readonly length: number;
  /** Share of this source among the items, relative to the other sources' weights. */
  readonly weight: number;
  /** Makes an item of one example, or `undefined` to skip it. Must depend on nothing but its arguments. */
  draw(index: number, random: Random): Item | undefined;
}

/** Place in the stream: the next batch is number `batch` of chunk `chunk`, both from 0. */
export interface Cursor {
  readonly chunk: number;
  readonly batch: number;
}

export interface BucketOptions<Item> {
  /** Tokens of one item, special tokens included. */
  readonly itemTokens: (item: Item) => number;
  /** Upper bound of items × longest item; an item above it makes a batch alone. */
  readonly tokensPerBatch: number;
  /** Upper bound of items; default none. */
  readonly itemsPerBatch?: number;
}

export interface BatchOptions<Item> extends BucketOptions<Item> {
  readonly seed: number;
  /** Items drawn, sorted by length and cut into batches at a time: the shuffle buffer. Default 2048. */
  readonly chunkItems?: number;
  /** Where to begin; default the very start. */
  readonly from?: Cursor;
}

/** One batch with its place and the place after it. */
export interface CursorBatch<Item> {
  readonly items: readonly Item[];
  readonly at: Cursor;
  readonly next: Cursor;
}

/**
 * Yields batches for ever.
 * @throws RangeError when no source has a positive weight and length, or a whole chunk is skipped.
 */
export function* batches<Item>(
  sources: readonly ItemSource<Item>[],
  options: BatchOptions<Item>,
): Generator<CursorBatch<Item>, never> {
  const { seed, chunkItems = 2048, from = { chunk: 0, batch: 0 } } = options;
  const draw = chunkDrawer(sources, { seed, chunkItems });
  for (let chunk = from.chunk, first = from.batch; ; chunk++, first = 0) {
    const cut = bucket(draw(chunk), options);
    shuffle(cut, randomOf(seed, -1, chunk));
    for (let batch = first; batch < cut.length; batch++) {
      const last = batch === cut.length - 1;
      const next = last ? { chunk: chunk + 1, batch: 0 } : { chunk, batch: batch + 1 };
      yield { items: cut[batch] as Item[], at: { chunk, batch }, next };
    }
  }
}

/** Sorts items by length and cuts them into batches of near-equal length, shortest first. */
export function bucket<Item>(items: readonly Item[], options: BucketOptions<Item>): Item[][] {
  const { itemTokens, tokensPerBatch, itemsPerBatch = Number.POSITIVE_INFINITY } = options;
  const sorted = items.map((item) => ({ item, tokens: itemTokens(item) }));
  sorted.sort((a, b) => a.tokens - b.tokens);
  const cut: Item[][] = [];
  let current: Item[] = [];
  for (const { item, tokens } of sorted) {
    const full = current.length === itemsPerBatch || (current.length + 1) * tokens > tokensPerBatch;
    if (full && current.length > 0) {
      cut.push(current);
      current = [];
    }
    current.push(item);
  }
  if (current.length > 0) cut.push(current);
  return cut;
}

/** Cuts items into so many runs of near-equal number, fewer where there are fewer items. */
export function splitItems<Item>(
  items: readonly Item[],
  parts: number,
): readonly (readonly Item[])[] {
  const used = Math.min(parts, items.length);
  const at = (part: number) => Math.floor((part * items.length) / used);
  return Array.from({ length: used }, (_, part) => items.slice(at(part), at(part + 1)));
}

/** Draws chunk number c: source k gives the examples ⌊c·n·wₖ⌋ … ⌊(c+1)·n·wₖ⌋ of its own shuffled sequence. */
function chunkDrawer<Item>(
  sources: readonly ItemSource<Item>[],
  { seed, chunkItems }: { seed: number; chunkItems: number },
): (chunk: number) => Item[] {
  const used = sources
    .map((source, id) => ({ source, id, indexAt: epochOrder(source.length, { seed, id }) }))
    .filter(({ source }) => source.length > 0 && source.weight > 0);
  const total = used.reduce((sum, { source }) => sum + source.weight, 0);
  if (total === 0)
    throw new RangeError(
      `batches: at least one source must have a positive weight and length, got ${sources.length} without; give examples`,
    );
  return (chunk) => {
    const items: Item[] = [];
    for (const { source, id, indexAt } of used) {
      const share = (chunkItems * source.weight) / total;
      const end = Math.floor((chunk + 1) * share);
      for (let place = Math.floor(chunk * share); place < end; place++) {
        const item = source.draw(indexAt(place), randomOf(seed, id, place));
        if (item !== undefined) items.push(item);
      }
    }
    if (items.length === 0)
      throw new RangeError(
        `batches: sources must draw some items, got none of ${chunkItems} examples in chunk ${chunk}; check length limits`,
      );
    return items;
  };
}

/** Index of the example at a place of a source's endless sequence: a new permutation each epoch. */
function epochOrder(length: number, { seed, id }: { seed: number; id: number }) {
  let epoch = -1;
  let order: Uint32Array = new Uint32Array();
  return (place: number): number => {
    const wanted = Math.floor(place / length);
    if (wanted !== epoch) {
      epoch = wanted;
      order = permutation(length, randomOf(seed, -2, id, epoch));
    }
    return order[place % length] as number;
  };
}

/** A sample of N passages in one pass: those with the N smallest keys, a key being a hash of seed, page and place. */

/** Key in [0, 1) of the `ordinal`-th passage of a page; the same whatever runs beside it. */
export function sampleKey(
  seed: number,
  { language, pageId, ordinal }: { language: string; pageId: number; ordinal: number },
): number {
  let [high, low] = [seed | 0, ~seed];
  for (const value of [...Buffer.from(language), pageId, Math.floor(pageId / 2 ** 32), ordinal]) {
    high = mix(high ^ value);
    low = mix((low + value) ^ Math.imul(high, 0x9e3779b1));
  }
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

/** MurmurHash3's finalizer. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The largest key among the `count` smallest seen so far; infinite until so many were seen. A heap, largest on top. */
export class SmallestKeys {
  private readonly heap: number[] = [];

  constructor(private readonly count: number) {}

  get threshold(): number {
    return this.heap.length < this.count ? Number.POSITIVE_INFINITY : (this.heap[0] as number);
  }

  /** Takes the key in, if it is among the smallest so far. */
  offer(key: number): boolean {
    const { heap } = this;
    if (heap.length < this.count) {
      heap.push(key);
      this.rise(heap.length - 1);
      return true;
    }
    if (key >= (heap[0] as number)) return false;
    heap[0] = key;
    this.sink();
    return true;
  }

  private rise(from: number): void {
    const { heap } = this;
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if ((heap[parent] as number) >= (heap[i] as number)) return;
      [heap[parent], heap[i]] = [heap[i] as number, heap[parent] as number];
      i = parent;
    }
  }

  private sink(): void {
    const { heap } = this;
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let largest = i;
      if (left < heap.length && (heap[left] as number) > (heap[largest] as number)) largest = left;
      if (right < heap.length && (heap[right] as number) > (heap[largest] as number))
        largest = right;
      if (largest === i) return;
      [heap[i], heap[largest]] = [heap[largest] as number, heap[i] as number];
      i = largest;
    }
  }
}

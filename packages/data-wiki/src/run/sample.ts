/** A sample of N passages in one pass: those with the N smallest keys, a key being a hash of seed, page and text. */

/** Place of a passage in the order by which samples are drawn, in [0, 1); the same whatever runs beside it. */
export function sampleKey(
  seed: number,
  { pageId, text }: { pageId: number; text: Pick<string, 'length' | 'charCodeAt'> },
): number {
  let [high, low] = [mix(seed ^ pageId), mix(~seed ^ text.length)];
  for (let i = 0; i < Math.min(text.length, 100); i++) {
    high = Math.imul(high ^ text.charCodeAt(i), 0x01000193);
    low = Math.imul(low + text.charCodeAt(i), 0x9e3779b1);
  }
  return ((mix(high) >>> 5) * 2 ** 26 + (mix(low ^ high) >>> 6)) / 2 ** 53;
}

/** MurmurHash3's finalizer. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Keeps the `count` smallest keys of all that are offered, in a heap with the largest on top. */
export class Sampler {
  private readonly heap: number[] = [];

  constructor(private readonly count: number) {}

  /** Whether the key is among the smallest so far. */
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

  /** Tells of each key, asked in the order of the offers, whether it is in the sample; of equal keys the first are. */
  chooser(): (key: number) => boolean {
    const { heap } = this;
    const largest = heap[0] ?? 0;
    let ties = heap.filter((key) => key === largest).length;
    return (key) => key < largest || (key === largest && ties-- > 0);
  }

  private rise(from: number): void {
    const { heap } = this;
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if ((heap[parent] as number) >= (heap[i] as number)) return;
      this.swap(i, parent);
      i = parent;
    }
  }

  private sink(): void {
    const { heap } = this;
    for (let i = 0; ; ) {
      let largest = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && (heap[child] as number) > (heap[largest] as number))
          largest = child;
      }
      if (largest === i) return;
      this.swap(i, largest);
      i = largest;
    }
  }

  private swap(a: number, b: number): void {
    const { heap } = this;
    [heap[a], heap[b]] = [heap[b] as number, heap[a] as number];
  }
}

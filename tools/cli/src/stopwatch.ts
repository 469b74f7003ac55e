/** Seconds that named stages took, and all of them together. */
export class Stopwatch {
  readonly #seconds: Record<string, number> = {};
  readonly #now: () => number;

  /** @param now milliseconds since some start */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  async time<Value>(stage: string, work: () => Promise<Value>): Promise<Value> {
    const from = this.#now();
    try {
      return await work();
    } finally {
      this.#seconds[stage] = (this.#now() - from) / 1000;
    }
  }

  get seconds(): Readonly<Record<string, number>> {
    const total = Object.values(this.#seconds).reduce((sum, stage) => sum + stage, 0);
    return { ...this.#seconds, total };
  }
}

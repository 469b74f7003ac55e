import type { Span } from '@calibre/metrics';
import { coverage } from './text-statistics.js';

/** A passage with all its initial answers, made ready once so that each answer is looked at in a time that does not grow with it. */
export class AnsweredPassage {
  /** 1 on words that an initial answer covers. */
  readonly covered: Uint8Array;
  /** At place n: answers that begin, and that end, before or at word n. */
  readonly #begun: Uint32Array;
  readonly #ended: Uint32Array;
  readonly #places = new Map<string, number>();

  constructor(
    readonly words: readonly string[],
    readonly spans: readonly Span[],
  ) {
    this.covered = coverage(words.length, spans);
    this.#begun = new Uint32Array(words.length + 1);
    this.#ended = new Uint32Array(words.length + 1);
    for (const { start, end } of spans) {
      add(this.#begun, start);
      add(this.#ended, end);
      const place = `${start} ${end}`;
      this.#places.set(place, (this.#places.get(place) ?? 0) + 1);
    }
    for (const counts of [this.#begun, this.#ended])
      for (let n = 1; n < counts.length; n++)
        counts[n] = (counts[n] as number) + (counts[n - 1] as number);
  }

  /** How many initial answers but the one at `index` share a word with [start, end). */
  overlapping({ start, end }: Omit<Span, 'label'>, index: number): number {
    const own = this.spans[index] as Span;
    const begun = this.#begun[end - 1] as number;
    const ended = this.#ended[start] as number;
    return begun - ended - Number(own.start < end && start < own.end);
  }

  /** Whether an initial answer but the one at `index` has these boundaries. */
  repeats({ start, end }: Omit<Span, 'label'>, index: number): boolean {
    const own = this.spans[index] as Span;
    const same = this.#places.get(`${start} ${end}`) ?? 0;
    return same > Number(own.start === start && own.end === end);
  }
}

function add(counts: Uint32Array, place: number): void {
  counts[place] = (counts[place] as number) + 1;
}

/**
 * Text under normalisation, each character with the stretch of the original it came from. Knows no rule itself.
 * Alignment follows the Rust `tokenizers` library: see `transform`.
 */
export class AlignedText {
  #text: string | undefined;

  /**
   * @param chars one code point each
   * @param starts UTF-16 offset in the original where each character's source begins; neighbours may coincide
   * @param ends UTF-16 offset where it ends
   */
  constructor(
    readonly chars: readonly string[],
    readonly starts: readonly number[],
    readonly ends: readonly number[],
  ) {}

  /** A text aligned with itself. A lone surrogate is read as U+FFFD, as every program on UTF-8 does. */
  static of(text: string): AlignedText {
    const chars = [...text.replace(/\p{Surrogate}/gu, '\uFFFD')];
    const starts: number[] = [];
    const ends: number[] = [];
    let offset = 0;
    for (const char of chars) {
      starts.push(offset);
      offset += char.length;
      ends.push(offset);
    }
    return new AlignedText(chars, starts, ends);
  }

  /** Length in code points. */
  get length(): number {
    return this.chars.length;
  }

  toString(): string {
    this.#text ??= this.chars.join('');
    return this.#text;
  }

  slice(start: number, end?: number): AlignedText {
    return new AlignedText(
      this.chars.slice(start, end),
      this.starts.slice(start, end),
      this.ends.slice(start, end),
    );
  }

  filter(keep: (char: string) => boolean): AlignedText {
    const kept = [...this.chars.keys()].filter((at) => keep(this.chars[at] as string));
    return new AlignedText(
      kept.map((at) => this.chars[at] as string),
      kept.map((at) => this.starts[at] as number),
      kept.map((at) => this.ends[at] as number),
    );
  }

  /** Replaces each character by one or more others, which all keep its place in the original. */
  map(replace: (char: string) => string): AlignedText {
    return this.transform(
      this.chars.flatMap((char) =>
        [...replace(char)].map((part, at): Change => [part, at === 0 ? 0 : 1]),
      ),
    );
  }

  /**
   * New characters with how each changes the count: 0 takes the place of the next old character, 1 is added beside the
   * one before, −n takes the next place and swallows the n characters after it.
   *
   * @param skipped old characters dropped before the first new one
   */
  transform(changes: readonly Change[], skipped = 0): AlignedText {
    const chars: string[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    let next = skipped;
    for (const [char, change] of changes) {
      const source = change > 0 ? Math.max(0, next - 1) : next;
      if (change <= 0) next += 1 - change;
      chars.push(char);
      starts.push(this.starts[source] as number);
      ends.push(this.ends[source] as number);
    }
    return new AlignedText(chars, starts, ends);
  }
}

/** A new character and the change of count that it brings; see `AlignedText.transform`. */
export type Change = readonly [char: string, change: number];

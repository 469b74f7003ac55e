/** Turns code point offsets of one text into UTF-16 ones. */
export class CodePointOffsets {
  /** Offsets, in code points, of the characters that take two UTF-16 units; ascending. */
  readonly #wide: number[] = [];

  constructor(text: string) {
    let codePoint = 0;
    for (let unit = 0; unit < text.length; codePoint++) {
      const isWide = (text.codePointAt(unit) ?? 0) > 0xffff;
      if (isWide) this.#wide.push(codePoint);
      unit += isWide ? 2 : 1;
    }
  }

  /** UTF-16 offset of the code point at `offset`. */
  toUtf16(offset: number): number {
    return offset + this.#wide.filter((wide) => wide < offset).length;
  }
}

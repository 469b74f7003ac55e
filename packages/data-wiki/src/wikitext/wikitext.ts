/** A page's wikitext: its units, and where in it something other than plain text may begin or end. */
import { IntList, Units } from '../units.js';

/** Behind every place of a text. */
export const BEHIND = 0x7fffffff;

/** 1 for each unit of ASCII at which something may begin or end: a line, markup, a character reference, a variant. */
export const IS_MARK = new Uint8Array(128);
for (const character of "\n'&<_[]{}-") IS_MARK[character.charCodeAt(0)] = 1;

export class Wikitext extends Units {
  /** Places of the marks in order, and one behind every place. */
  readonly marks = new IntList();
  private whole: string | undefined;

  /** All its units, made once. */
  get text(): string {
    this.whole ??= this.slice(0, this.length);
    return this.whole;
  }

  override end(length: number): void {
    super.end(length);
    this.whole = undefined;
  }

  static override of(text: string): Wikitext {
    const wikitext = new Wikitext();
    wikitext.assign(text);
    wikitext.marks.reserve(text.length + 1);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < IS_MARK.length && IS_MARK[unit] === 1)
        wikitext.marks.values[wikitext.marks.length++] = i;
    }
    wikitext.marks.values[wikitext.marks.length] = BEHIND;
    return wikitext;
  }
}

/** `indexOf` that remembers: queries that never go back cost the text's length in all, however many they are. */
export class Finder {
  private asked = 0;
  private found = -2;

  constructor(
    private readonly text: string,
    private readonly needle: string | RegExp,
  ) {}

  /** Index of the first needle at or after `index`, or -1. */
  from(index: number): number {
    if (this.found !== -2 && index >= this.asked && (this.found === -1 || this.found >= index)) {
      return this.found;
    }
    this.asked = index;
    this.found = this.search(index);
    return this.found;
  }

  private search(index: number): number {
    if (typeof this.needle === 'string') return this.text.indexOf(this.needle, index);
    this.needle.lastIndex = index;
    return this.needle.exec(this.text)?.index ?? -1;
  }
}

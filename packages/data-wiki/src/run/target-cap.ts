/** Bounds how many anchors lead to one target, in memory that does not grow: counts are kept in a count-min sketch. */
import type { Passage } from '../passage.js';

const ROWS = 4;
const COLUMNS = 1 << 22;

export class TargetCap {
  private readonly counts = new Uint16Array(ROWS * COLUMNS);

  constructor(
    private readonly most: number,
    private readonly minAnchors: number,
  ) {}

  /**
   * The passage without the anchors whose target has had its share; undefined where too few anchors remain. Counts of
   * rare targets may be taken too high where hashes collide, never too low.
   */
  apply(passage: Passage): Passage | undefined {
    const anchors = passage.anchors.filter(({ target }) => this.count(target) < this.most);
    if (anchors.length < this.minAnchors) return undefined;
    for (const { target } of anchors) this.add(target);
    return anchors.length === passage.anchors.length ? passage : { ...passage, anchors };
  }

  /** Counts the anchors of a passage that was kept before. */
  restore({ anchors }: Passage): void {
    for (const { target } of anchors) this.add(target);
  }

  private count(target: string): number {
    return Math.min(...this.cells(target).map((cell) => this.counts[cell] as number));
  }

  private add(target: string): void {
    for (const cell of this.cells(target))
      this.counts[cell] = Math.min(0xffff, (this.counts[cell] as number) + 1);
  }

  private cells(target: string): number[] {
    let [a, b] = [0x811c9dc5, 0x01000193];
    for (let i = 0; i < target.length; i++) {
      a = Math.imul(a ^ target.charCodeAt(i), 0x01000193);
      b = Math.imul(b + target.charCodeAt(i), 0x85ebca6b) ^ (b >>> 13);
    }
    return Array.from(
      { length: ROWS },
      (_, row) => row * COLUMNS + ((a + Math.imul(row, b | 1)) >>> 10),
    );
  }
}

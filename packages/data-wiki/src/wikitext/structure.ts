/**
 * The nested constructs of a wikitext, in order of their start, and those of them that are open while it is read: one
 * stack, so that the time is linear whatever is left unclosed (after MediaWiki's Preprocessor_Hash).
 */

import { BEHIND } from './wikitext.js';

export const Kind = { Dropped: 1, Nowiki: 2, Template: 3, Link: 4, Table: 5, Variant: 6 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Constructs as parallel columns, and one more that starts behind every place. */
export class Structures {
  starts = new Int32Array(1 << 10);
  /** One past the construct's last code unit; -1 where it is never closed. */
  ends = new Int32Array(1 << 10);
  kinds = new Uint8Array(1 << 10);
  /** Index of the first construct that starts after this one ended. */
  nexts = new Int32Array(1 << 10);
  private count = 0;
  /** Indices of the open constructs, innermost last; `braces` holds those of each that are not matched yet. */
  private stack: number[] = [];
  private braces: number[] = [];
  /** How many of each kind are open. */
  private open = [0, 0, 0, 0, 0, 0, 0];

  /** Forgets what there is. */
  clear(): void {
    this.count = 0;
    this.stack = [];
    this.braces = [];
    this.open = [0, 0, 0, 0, 0, 0, 0];
  }

  /** Says that nothing follows. */
  finish(): void {
    this.starts[this.count] = BEHIND;
  }

  /** Kind of the innermost open construct. */
  get topKind(): Kind | undefined {
    return this.kinds[this.stack.at(-1) ?? -1] as Kind | undefined;
  }

  /** Start of the innermost open construct; 0 where none is open. */
  get topStart(): number {
    return this.starts[this.stack.at(-1) ?? -1] ?? 0;
  }

  /** Adds a construct that is never closed, or whose end is known. */
  add(start: number, kind: Kind, end = -1): void {
    const index = this.count++;
    // One more is kept for the one behind every place.
    if (this.count === this.starts.length) this.grow();
    this.starts[index] = start;
    this.kinds[index] = kind;
    this.ends[index] = end;
    this.nexts[index] = this.count;
  }

  /** Adds a construct that may be closed; `braces` is how many begin it. */
  addOpen(start: number, kind: Kind, braces = 2): void {
    this.stack.push(this.count);
    this.braces.push(braces);
    this.add(start, kind);
    this.open[kind] = (this.open[kind] as number) + 1;
  }

  /** Makes the innermost construct of this kind the innermost, giving up those in it. False where there is none. */
  unwindTo(kind: Kind): boolean {
    if (this.open[kind] === 0) return false;
    while (this.topKind !== kind) this.pop();
    return true;
  }

  /** Closes the innermost construct. */
  close(end: number): void {
    this.endTop(end);
    this.pop();
  }

  /** Closes the innermost construct, which braces began, with at most `most` of them; gives how many there were. */
  closeBraces(at: number, most: number): number {
    const { starts, ends } = this;
    const top = this.stack.length - 1;
    const index = this.stack[top] as number;
    const count = this.braces[top] as number;
    const matched = Math.min(count, most, 3);
    // Of `{{{{a}}` the inner two braces match: the construct starts where its matched braces do.
    const runStart = (starts[index] as number) - (ends[index] === -1 ? 0 : count);
    starts[index] = runStart + count - matched;
    this.endTop(at + matched);
    this.braces[top] = count - matched;
    if (count - matched < 2) this.pop();
    return matched;
  }

  private endTop(end: number): void {
    const index = this.stack.at(-1) as number;
    this.ends[index] = end;
    this.nexts[index] = this.count;
  }

  private pop(): void {
    const kind = this.kinds[this.stack.pop() as number] as Kind;
    this.braces.pop();
    this.open[kind] = (this.open[kind] as number) - 1;
  }

  private grow(): void {
    const larger = <T extends Int32Array | Uint8Array>(column: T, copy: T): T => {
      copy.set(column);
      return copy;
    };
    const size = 2 * this.starts.length;
    this.starts = larger(this.starts, new Int32Array(size));
    this.ends = larger(this.ends, new Int32Array(size));
    this.kinds = larger(this.kinds, new Uint8Array(size));
    this.nexts = larger(this.nexts, new Int32Array(size));
  }
}

/**
 * Where the nested constructs of a wikitext begin and end: templates, links, tables, variants, comments and tags whose
 * content is not text. One pass with one stack, so that the time is linear whatever is left unclosed (after MediaWiki's
 * Preprocessor_Hash). Says nothing of what a construct means.
 */

import { Finder } from './finder.js';
import { OPAQUE_TAGS } from './tags.js';
import { BEHIND, type Wikitext } from './wikitext.js';

export const Kind = { Dropped: 1, Nowiki: 2, Template: 3, Link: 4, Table: 5, Variant: 6 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Constructs in order of their start, as parallel columns, and one more that starts behind every place. */
export interface Structures {
  readonly starts: Int32Array;
  /** One past the construct's last code unit; -1 where it is never closed. */
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
  /** Index of the first construct that starts after this one ended. */
  readonly nexts: Int32Array;
}

const [TAB, NEWLINE, SPACE, DASH, COLON, LESS] = [9, 10, 32, 45, 58, 60];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, BAR, CLOSE_BRACE] = [91, 93, 123, 124, 125];

/** Finds the constructs of wikitexts, one after the other; what it found lasts until the next. */
export class StructureFinder implements Structures {
  starts = new Int32Array(1 << 10);
  ends = new Int32Array(1 << 10);
  kinds = new Uint8Array(1 << 10);
  nexts = new Int32Array(1 << 10);
  private count = 0;
  private text = '';
  private units = new Uint16Array(0);
  /** Indices of the open constructs, innermost last; `counts` holds the braces of each that are not matched yet. */
  private stack: number[] = [];
  private counts: number[] = [];
  private open = [0, 0, 0, 0, 0, 0, 0];
  /** Start of a single `[` not yet closed: `[[a|[b]]]` closes it first. */
  private single = -1;
  private greater = new Finder('', '>');
  private commentEnd = new Finder('', '-->');
  private closings = new Map<string, Finder>();

  /** `-{ … }-` counts only where the language has variants. */
  constructor(private readonly variants: boolean) {}

  /** Finds the constructs of a wikitext, whose text is given too. */
  find(text: string, { values: units, marks }: Wikitext): Structures {
    this.begin(text, units);
    let i = this.lineStart(0);
    for (let mark = 0; mark < marks.length; mark++) {
      const at = marks.values[mark] as number;
      if (at < i) continue;
      i = at;
      switch (units[i]) {
        case NEWLINE:
          i = this.lineStart(i + 1);
          break;
        case LESS:
          i = this.tag(i);
          break;
        case OPEN_BRACE:
          i = this.openBraces(i);
          break;
        case CLOSE_BRACE:
          i = this.closeBraces(i);
          break;
        case OPEN_BRACKET:
          i = this.openBrackets(i);
          break;
        case CLOSE_BRACKET:
          i = this.closeBrackets(i);
      }
    }
    this.starts[this.count] = BEHIND;
    return this;
  }

  private begin(text: string, units: Uint16Array<ArrayBuffer>): void {
    this.text = text;
    this.units = units;
    this.count = 0;
    this.stack = [];
    this.counts = [];
    this.open = [0, 0, 0, 0, 0, 0, 0];
    this.single = -1;
    this.greater = new Finder(text, '>');
    this.commentEnd = new Finder(text, '-->');
    this.closings = new Map();
  }

  private push(start: number, kind: Kind, end = -1): void {
    const index = this.count++;
    // One more is kept for the one behind every place.
    if (this.count === this.starts.length) this.grow();
    this.starts[index] = start;
    this.kinds[index] = kind;
    this.ends[index] = end;
    this.nexts[index] = this.count;
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

  private pushOpen(start: number, kind: Kind, count = 2): void {
    this.stack.push(this.count);
    this.counts.push(count);
    this.push(start, kind);
    this.open[kind] = (this.open[kind] as number) + 1;
  }

  private pop(): void {
    const kind = this.kinds[this.stack.pop() as number] as Kind;
    this.counts.pop();
    this.open[kind] = (this.open[kind] as number) - 1;
  }

  private topKind(): Kind | undefined {
    return this.kinds[this.stack.at(-1) ?? -1] as Kind | undefined;
  }

  /** Closes the innermost construct of this kind, giving up those left open inside it. False where there is none. */
  private unwindTo(kind: Kind): boolean {
    if (this.open[kind] === 0) return false;
    while (this.topKind() !== kind) this.pop();
    return true;
  }

  private closeTop(end: number): void {
    const index = this.stack.at(-1) as number;
    this.ends[index] = end;
    this.nexts[index] = this.count;
  }

  private run(i: number, unit: number): number {
    let end = i + 1;
    while (this.units[end] === unit) end++;
    return end;
  }

  private openBraces(i: number): number {
    const end = this.run(i, OPEN_BRACE);
    if (end - i >= 2) this.pushOpen(i, Kind.Template, end - i);
    else if (this.variants && this.units[i - 1] === DASH) this.pushOpen(i - 1, Kind.Variant);
    return end;
  }

  private closeBraces(i: number): number {
    const { units, starts } = this;
    if (this.variants && units[i + 1] === DASH && this.topKind() === Kind.Variant) {
      this.closeTop(i + 2);
      this.pop();
      return i + 2;
    }
    const end = this.run(i, CLOSE_BRACE);
    let at = i;
    while (end - at >= 2 && this.unwindTo(Kind.Template)) {
      const top = this.stack.length - 1;
      const count = this.counts[top] as number;
      const matched = Math.min(count, end - at, 3);
      at += matched;
      const index = this.stack[top] as number;
      // Of `{{{{a}}` the inner two braces match: the construct starts where its matched braces do.
      const runStart = (starts[index] as number) - (this.ends[index] === -1 ? 0 : count);
      starts[index] = runStart + count - matched;
      this.closeTop(at);
      this.counts[top] = count - matched;
      if (count - matched < 2) this.pop();
    }
    return end;
  }

  private openBrackets(i: number): number {
    if (this.units[i + 1] === OPEN_BRACKET) {
      this.pushOpen(i, Kind.Link);
      return i + 2;
    }
    this.single = i;
    return i + 1;
  }

  private closeBrackets(i: number): number {
    const { units } = this;
    const top = this.stack.at(-1) ?? -1;
    const isDouble = units[i + 1] === CLOSE_BRACKET && this.kinds[top] === Kind.Link;
    const closesSingle = this.single > (this.starts[top] ?? 0) && units[i + 2] === CLOSE_BRACKET;
    if (!isDouble || closesSingle) {
      this.single = -1;
      return i + 1;
    }
    this.closeTop(i + 2);
    this.pop();
    return i + 2;
  }

  /** A table's marks count at a line's start only, after spaces and the colons of an indentation. */
  private lineStart(start: number): number {
    const { units } = this;
    let i = start;
    let unit = units[i];
    while (unit === SPACE || unit === COLON || unit === TAB) unit = units[++i];
    if (unit === OPEN_BRACE && units[i + 1] === BAR) {
      this.pushOpen(i, Kind.Table);
      return i + 2;
    }
    if (unit === BAR && units[i + 1] === CLOSE_BRACE && units[i + 2] !== CLOSE_BRACE) {
      if (this.unwindTo(Kind.Table)) {
        this.closeTop(i + 2);
        this.pop();
      }
      return i + 2;
    }
    return i;
  }

  private tag(i: number): number {
    const { text, units } = this;
    if (text.startsWith('!--', i + 1)) {
      const found = this.commentEnd.from(i + 4);
      const end = found < 0 ? text.length : found + 3;
      this.push(i, Kind.Dropped, end);
      return end;
    }
    const nameStart = units[i + 1] === 47 ? i + 2 : i + 1;
    let nameEnd = nameStart;
    while (isLetter(units[nameEnd] as number)) nameEnd++;
    const name = text.slice(nameStart, nameEnd).toLowerCase();
    const treatment = OPAQUE_TAGS.get(name);
    if (treatment === undefined) return nameEnd;
    const close = this.greater.from(nameEnd);
    if (close < 0) return nameEnd;
    if (nameStart > i + 1) {
      if (treatment === 'table' && this.unwindTo(Kind.Table)) {
        this.closeTop(close + 1);
        this.pop();
      }
      return close + 1;
    }
    if (treatment === 'table') {
      this.pushOpen(i, Kind.Table);
      return close + 1;
    }
    if (units[close - 1] === 47) {
      this.push(i, Kind.Dropped, close + 1);
      return close + 1;
    }
    const closing = this.closingOf(name).from(close + 1);
    if (closing < 0) return close + 1;
    const found = this.greater.from(closing);
    const end = found < 0 ? text.length : found + 1;
    this.push(i, treatment === 'nowiki' ? Kind.Nowiki : Kind.Dropped, end);
    return end;
  }

  private closingOf(name: string): Finder {
    let finder = this.closings.get(name);
    if (!finder) {
      finder = new Finder(this.text, new RegExp(`</${name}\\s*>`, 'gi'));
      this.closings.set(name, finder);
    }
    return finder;
  }
}

const isLetter = (unit: number): boolean => (unit | 32) >= 97 && (unit | 32) <= 122;

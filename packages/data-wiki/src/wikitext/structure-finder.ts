/**
 * Finds where the nested constructs of a wikitext begin and end, in one pass: templates, links, tables, variants,
 * comments and tags whose content is not text. Says nothing of what a construct means.
 */

import { Finder } from './finder.js';
import { Kind, Structures } from './structure.js';
import { OPAQUE_TAGS } from './tags.js';
import type { Wikitext } from './wikitext.js';

const [TAB, NEWLINE, SPACE, DASH, COLON, LESS] = [9, 10, 32, 45, 58, 60];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, BAR, CLOSE_BRACE] = [91, 93, 123, 124, 125];

/** Finds the constructs of wikitexts, one after the other; what it found lasts until the next. */
export class StructureFinder {
  readonly found = new Structures();
  private text = '';
  private units = new Uint16Array(0);
  /** Start of a single `[` not yet closed: `[[a|[b]]]` closes it first. */
  private single = -1;
  private greater = new Finder('', '>');
  private commentEnd = new Finder('', '-->');
  private closings = new Map<string, Finder>();

  /** `-{ … }-` counts only where the language has variants. */
  constructor(private readonly variants: boolean) {}

  /** Finds the constructs of a wikitext and leaves them in `found`. */
  find({ text, values: units, marks }: Wikitext): void {
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
    this.found.finish();
  }

  private begin(text: string, units: Uint16Array<ArrayBuffer>): void {
    this.text = text;
    this.units = units;
    this.found.clear();
    this.single = -1;
    this.greater = new Finder(text, '>');
    this.commentEnd = new Finder(text, '-->');
    this.closings = new Map();
  }

  private run(i: number, unit: number): number {
    let end = i + 1;
    while (this.units[end] === unit) end++;
    return end;
  }

  private openBraces(i: number): number {
    const end = this.run(i, OPEN_BRACE);
    if (end - i >= 2) this.found.addOpen(i, Kind.Template, end - i);
    else if (this.variants && this.units[i - 1] === DASH) this.found.addOpen(i - 1, Kind.Variant);
    return end;
  }

  private closeBraces(i: number): number {
    const { found } = this;
    if (this.variants && this.units[i + 1] === DASH && found.topKind === Kind.Variant) {
      found.close(i + 2);
      return i + 2;
    }
    const end = this.run(i, CLOSE_BRACE);
    let at = i;
    while (end - at >= 2 && found.unwindTo(Kind.Template)) at += found.closeBraces(at, end - at);
    return end;
  }

  private openBrackets(i: number): number {
    if (this.units[i + 1] === OPEN_BRACKET) {
      this.found.addOpen(i, Kind.Link);
      return i + 2;
    }
    this.single = i;
    return i + 1;
  }

  private closeBrackets(i: number): number {
    const { units, found } = this;
    const isDouble = units[i + 1] === CLOSE_BRACKET && found.topKind === Kind.Link;
    const closesSingle = this.single > found.topStart && units[i + 2] === CLOSE_BRACKET;
    if (!isDouble || closesSingle) {
      this.single = -1;
      return i + 1;
    }
    found.close(i + 2);
    return i + 2;
  }

  /** A table's marks count at a line's start only, after spaces and the colons of an indentation. */
  private lineStart(start: number): number {
    const { units } = this;
    let i = start;
    let unit = units[i];
    while (unit === SPACE || unit === COLON || unit === TAB) unit = units[++i];
    if (unit === OPEN_BRACE && units[i + 1] === BAR) {
      this.found.addOpen(i, Kind.Table);
      return i + 2;
    }
    if (unit === BAR && units[i + 1] === CLOSE_BRACE && units[i + 2] !== CLOSE_BRACE) {
      if (this.found.unwindTo(Kind.Table)) this.found.close(i + 2);
      return i + 2;
    }
    return i;
  }

  private tag(i: number): number {
    const { text, units } = this;
    if (text.startsWith('!--', i + 1)) {
      const found = this.commentEnd.from(i + 4);
      const end = found < 0 ? text.length : found + 3;
      this.found.add(i, Kind.Dropped, end);
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
      if (treatment === 'table' && this.found.unwindTo(Kind.Table)) this.found.close(close + 1);
      return close + 1;
    }
    if (treatment === 'table') {
      this.found.addOpen(i, Kind.Table);
      return close + 1;
    }
    if (units[close - 1] === 47) {
      this.found.add(i, Kind.Dropped, close + 1);
      return close + 1;
    }
    const closing = this.closingOf(name).from(close + 1);
    if (closing < 0) return close + 1;
    const found = this.greater.from(closing);
    const end = found < 0 ? text.length : found + 1;
    this.found.add(i, treatment === 'nowiki' ? Kind.Nowiki : Kind.Dropped, end);
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

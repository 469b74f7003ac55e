/** Where lines begin and end: headings, list marks, rows of tables left open; and the apostrophes of a line. */
import { lineQuotes } from './quotes.js';
import type { Reading } from './reading.js';

const [TAB, NEWLINE, SPACE, BANG, APOSTROPHE, DASH, LESS] = [9, 10, 32, 33, 39, 45, 60];
const [EQUALS, OPEN_BRACKET, OPEN_BRACE, BAR, CLOSE_BRACE] = [61, 91, 123, 124, 125];
const LIST_MARKS = new Set(Array.from('*#:;', (mark) => mark.charCodeAt(0)));

export class Lines {
  /** Where the line being read begins, the first construct not before it, and what was written before it. */
  private from = 0;
  private cursor = 0;
  private written = 0;
  /** Comments passed when the line began: a line of nothing but comments splits no paragraph. */
  private comments = 0;
  private isInOpenTable = false;
  /** Where the line ends whose apostrophes were counted, and its run of three that is an apostrophe and an italic. */
  private quotesEnd = -1;
  private split = -1;

  constructor(private readonly page: Reading) {}

  begin(): void {
    this.isInOpenTable = false;
    this.quotesEnd = -1;
  }

  /** The end of a line at `i`; gives where the text of the next begins. */
  end(i: number, to: number, isInline: boolean): number {
    const { page } = this;
    const { out } = page;
    page.flush(i);
    if (isInline) out.write(' ');
    else if (out.isItem) out.endBlock();
    else if (out.written > this.written) out.write(' ');
    else if (page.comments === this.comments) out.endBlock();
    return isInline ? i + 1 : this.start(i + 1, to);
  }

  /** Handles what only the start of a line can be; gives where the line's text begins. */
  start(i: number, to: number): number {
    const { page } = this;
    const { units, out } = page;
    this.written = out.written;
    this.from = i;
    this.cursor = page.cursor;
    this.comments = page.comments;
    let at = i;
    while (at < to && (units[at] === SPACE || units[at] === TAB)) at++;
    if (at >= to) return at;
    const first = units[at] as number;
    if (at === i && first === EQUALS && this.isHeading(i, to)) {
      out.endBlock();
      out.section++;
      return page.lineEnd(i, to);
    }
    if (at === i && LIST_MARKS.has(first)) {
      while (at < to && (units[at] === SPACE || LIST_MARKS.has(units[at] as number))) at++;
      out.endBlock('item');
    }
    if (units[at] === BAR || (this.isInOpenTable && units[at] === BANG)) {
      out.endBlock();
      if (units[at] === BAR && units[at + 1] === CLOSE_BRACE) this.isInOpenTable = false;
      return this.skip(at, to);
    }
    if (units[at] === OPEN_BRACE && units[at + 1] === BAR) {
      out.endBlock();
      const table = page.constructAt(at);
      if (table >= 0) return Math.min(page.jump(table), to);
      this.isInOpenTable = true;
      return this.skip(at, to);
    }
    if (page.text.startsWith('----', at)) {
      out.endBlock();
      while (units[at] === DASH) at++;
    }
    return at;
  }

  /** Runs of apostrophes style the text; what is left of a run is apostrophes (MediaWiki's Parser::doQuotes). */
  quotes(i: number, to: number): number {
    const { page } = this;
    let end = i + 1;
    while (end < to && page.units[end] === APOSTROPHE) end++;
    const length = end - i;
    if (length === 1) return -1;
    if ((length === 3 || length === 4) && i >= this.quotesEnd) {
      const { end: quotesEnd, split } = lineQuotes(page, {
        from: this.from,
        construct: this.cursor,
      });
      this.quotesEnd = quotesEnd;
      this.split = split;
    }
    const kept = length === 4 ? 1 : Math.max(0, length - 5);
    page.flush(i + kept + (i === this.split ? 1 : 0));
    return end;
  }

  private isHeading(i: number, to: number): boolean {
    let line = this.page.text.slice(i, this.page.lineEnd(i, to)).trimEnd();
    while (line.endsWith('-->')) {
      const comment = line.lastIndexOf('<!--');
      if (comment < 0) break;
      line = line.slice(0, comment).trimEnd();
    }
    return line.length > 2 && line.endsWith('=');
  }

  /** The end of the line, constructs that reach over lines counted into it. */
  private skip(i: number, to: number): number {
    const { page } = this;
    const { units } = page;
    let at = i;
    while (at < to && units[at] !== NEWLINE) {
      const code = units[at];
      const construct =
        code === OPEN_BRACE || code === LESS || code === OPEN_BRACKET ? page.constructAt(at) : -1;
      at = construct < 0 ? at + 1 : page.jump(construct);
    }
    return Math.min(at, to);
  }
}

/**
 * Wikitext → blocks of plain text with links, in one pass over the page (constructs found before by `StructureFinder`
 * are entered or jumped over, never read again). Shows what a reader of the article sees in running text: no templates
 * but those that stand for text, no tables, notes, pictures, headings, formulas.
 */
import type { RenderedPage } from './blocks.js';
import { braces, variant } from './braces.js';
import { brackets } from './brackets.js';
import { Lines } from './lines.js';
import { entity, magicWord } from './marks.js';
import { Reading, type RenderOptions } from './reading.js';
import { tag } from './tag.js';
import type { Wikitext } from './wikitext.js';

const [NEWLINE, AMPERSAND, APOSTROPHE, DASH, LESS] = [10, 38, 39, 45, 60];
const [OPEN_BRACKET, CLOSE_BRACKET, UNDERSCORE, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 95, 123, 125];

/** Renders pages, one after the other. */
export class Renderer {
  private readonly page: Reading;
  private readonly lines: Lines;

  constructor(options: RenderOptions) {
    this.page = new Reading(options, (from, to, isInline) => this.render(from, to, isInline));
    this.lines = new Lines(this.page);
  }

  /** The blocks of a page's wikitext, in order; they last until the next call. Time and memory are linear in its length. */
  renderPage(wikitext: Wikitext): RenderedPage {
    const { page, lines } = this;
    page.begin(wikitext);
    lines.begin();
    this.render(0, page.length, false);
    return page.out.end();
  }

  private render(from: number, to: number, isInline: boolean): void {
    const { page } = this;
    let i = isInline ? from : this.lines.start(from, to);
    page.plainStart = i;
    for (;;) {
      const at = page.nextMark(i);
      if (at >= to) break;
      i = this.special(at, to, isInline);
      if (i < 0) i = at + 1;
      else page.plainStart = i;
    }
    page.flush(to);
    page.plainStart = to;
  }

  /** Where the construct at `i` ends after it was rendered, or -1 where it is plain text. */
  private special(i: number, to: number, isInline: boolean): number {
    const { page } = this;
    const code = page.units[i];
    switch (code) {
      case NEWLINE:
        return this.lines.end(i, to, isInline);
      case APOSTROPHE:
        return this.lines.quotes(i, to);
      case AMPERSAND:
        return entity(page, i);
      case LESS:
        return tag(page, i, to);
      case OPEN_BRACE:
        return braces(page, i);
      case OPEN_BRACKET:
        return brackets(page, i, to);
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        return page.units[i + 1] === code ? page.skip(i, i + 2) : -1;
      case UNDERSCORE:
        return magicWord(page, i);
      case DASH:
        return page.hasVariants && page.units[i + 1] === OPEN_BRACE ? variant(page, i) : -1;
      default:
        return -1;
    }
  }
}

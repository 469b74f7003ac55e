/**
 * Wikitext → blocks of plain text with links, in one pass over the page (constructs found before by `findStructures` are
 * entered or jumped over, never read again). Shows what a reader of the article sees in running text: no templates but
 * those that stand for text, no tables, notes, pictures, headings, formulas.
 */
import type { Language } from '../languages/languages.js';
import { templateArguments } from './arguments.js';
import { type Block, BlockWriter } from './blocks.js';
import { entityAt } from './entities.js';
import { Finder } from './finder.js';
import { linkHead } from './link-head.js';
import { linkTarget, pipeTrick } from './links.js';
import { type LineQuotes, lineQuotes } from './quotes.js';
import { findStructures, Kind, type Structures } from './structure.js';
import { BLOCK_TAGS, INLINE_TAGS } from './tags.js';
import { patternParts } from './templates.js';
import { shownVariant } from './variants.js';

export interface RenderOptions {
  readonly language: Language;
  /** Templates that stand for text, as `templatesOf` gives them. */
  readonly templates: ReadonlyMap<string, string>;
  /** Which of `-{code:text;…}-` to show; the first listed where it is not given or not there. */
  readonly variant?: string | undefined;
}

/** The blocks of a page's wikitext, in order. Time and memory are linear in its length. */
export function renderWikitext(text: string, options: RenderOptions): Block[] {
  return new Renderer(text, options).render();
}

const MAX_DEPTH = 40; // MediaWiki's limit for templates in templates ($wgMaxTemplateDepth)

const unit = (character: string): number => character.charCodeAt(0);
const [NEWLINE, SPACE, TAB] = [10, 32, 9];
const [APOSTROPHE, AMPERSAND, LESS, UNDERSCORE, DASH] = ["'", '&', '<', '_', '-'].map(unit);
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, BAR, CLOSE_BRACE] = ['[', ']', '{', '|', '}'].map(
  unit,
);

/** 1 for each unit at which something other than plain text may begin; a dash only where the language has variants. */
const SPECIAL = new Uint8Array(128);
for (const character of "\n'&<_[]{}") SPECIAL[unit(character)] = 1;
const SPECIAL_WITH_DASH = Uint8Array.from(SPECIAL);
SPECIAL_WITH_DASH[DASH as number] = 1;

const LIST_MARKS = '*#:;';
const MAGIC_WORD = /__[\p{L}\p{M}_]{2,40}?__/uy;
const URL_START =
  /(?:https?:\/\/|ftps?:\/\/|\/\/|mailto:|news:|irc:\/\/|gopher:\/\/|svn:\/\/|git:\/\/|tel:|urn:)[^\][<>"\s]/iy;

class Renderer {
  private readonly out = new BlockWriter();
  private readonly structures: Structures;
  private readonly newline: Finder;
  private readonly bracket: Finder;
  private readonly greater: Finder;
  private readonly marks: Uint8Array;
  /** Index of the first construct not before the place being read. */
  private cursor = 0;
  /** Start of the plain text read but not written yet. */
  private plainStart = 0;
  private depth = 0;
  /** Where the line being read begins, the first construct not before it, and what was written before it. */
  private lineFrom = 0;
  private lineCursor = 0;
  private lineWritten = 0;
  private hasComment = false;
  private isInOpenTable = false;
  private quotes: LineQuotes = { end: -1, split: -1 };

  constructor(
    private readonly text: string,
    private readonly options: RenderOptions,
  ) {
    const variants = options.language.variants.length > 0;
    this.structures = findStructures(text, { variants });
    this.marks = variants ? SPECIAL_WITH_DASH : SPECIAL;
    this.newline = new Finder(text, '\n');
    this.bracket = new Finder(text, ']');
    this.greater = new Finder(text, '>');
  }

  render(): Block[] {
    this.run(0, this.text.length, false);
    this.out.endBlock();
    return this.out.blocks;
  }

  /** Renders [from, to). `isInline` inside a link or an argument, where no line begins. */
  private run(from: number, to: number, isInline: boolean): void {
    const { text, marks } = this;
    let i = isInline ? from : this.lineStart(from, to);
    this.plainStart = i;
    while (i < to) {
      const code = text.charCodeAt(i);
      if (code > 125 || marks[code] === 0) {
        i++;
        continue;
      }
      const end = this.special(code, i, to, isInline);
      if (end < 0) i++;
      else {
        i = end;
        this.plainStart = end;
      }
    }
    this.flush(Math.min(i, to));
    this.plainStart = to;
  }

  /** Where the construct at `i` ends after it was rendered, or -1 where it is plain text. */
  private special(code: number, i: number, to: number, isInline: boolean): number {
    switch (code) {
      case NEWLINE:
        return this.endLine(i, to, isInline);
      case APOSTROPHE:
        return this.quoteRun(i, to);
      case AMPERSAND:
        return this.entity(i);
      case LESS:
        return this.tag(i, to);
      case OPEN_BRACE:
        return this.braces(i);
      case OPEN_BRACKET:
        return this.brackets(i, to);
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        return this.text.charCodeAt(i + 1) === code ? this.skip(i, i + 2) : -1;
      case UNDERSCORE:
        return this.magicWord(i);
      default:
        return code === DASH && this.text.charCodeAt(i + 1) === OPEN_BRACE ? this.variant(i) : -1;
    }
  }

  private flush(end: number): void {
    if (end > this.plainStart) this.out.write(this.text.slice(this.plainStart, end));
    this.plainStart = end;
  }

  private skip(i: number, end: number): number {
    this.flush(i);
    this.out.drop();
    return end;
  }

  /** Index of the closed construct that starts at `i`, or -1. */
  private constructAt(i: number): number {
    const { starts, ends } = this.structures;
    while ((starts[this.cursor] ?? i) < i) this.cursor++;
    return starts[this.cursor] === i && (ends[this.cursor] as number) >= 0 ? this.cursor : -1;
  }

  private endOf(construct: number): number {
    return this.structures.ends[construct] as number;
  }

  private endLine(i: number, to: number, isInline: boolean): number {
    const { out } = this;
    this.flush(i);
    if (isInline) out.write(' ');
    else if (out.isItem) out.endBlock();
    else if (out.written > this.lineWritten) out.write(' ');
    else if (!this.hasComment) out.endBlock();
    return isInline ? i + 1 : this.lineStart(i + 1, to);
  }

  /** Handles what only the start of a line can be; gives where the line's text begins. */
  private lineStart(i: number, to: number): number {
    const { text, out } = this;
    this.lineWritten = out.written;
    this.lineFrom = i;
    this.lineCursor = this.cursor;
    this.hasComment = false;
    let at = i;
    while (at < to && (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB)) at++;
    if (at >= to) return at;
    const first = text.charAt(at);
    if (at === i && first === '=' && this.isHeading(i, to)) {
      out.endBlock();
      out.section++;
      return this.lineEnd(i, to);
    }
    if (at === i && LIST_MARKS.includes(first)) {
      while (at < to && `${LIST_MARKS} `.includes(text.charAt(at))) at++;
      out.endBlock('item');
    }
    if (text.charCodeAt(at) === BAR || (this.isInOpenTable && text.charAt(at) === '!')) {
      out.endBlock();
      if (text.startsWith('|}', at)) this.isInOpenTable = false;
      return this.skipLine(at, to);
    }
    if (text.startsWith('{|', at)) {
      out.endBlock();
      const table = this.constructAt(at);
      if (table >= 0) return Math.min(this.jump(table), to);
      this.isInOpenTable = true;
      return this.skipLine(at, to);
    }
    if (text.startsWith('----', at)) {
      out.endBlock();
      while (text.charCodeAt(at) === DASH) at++;
    }
    return at;
  }

  private lineEnd(i: number, to: number): number {
    const end = this.newline.from(i);
    return end < 0 ? to : Math.min(end, to);
  }

  private isHeading(i: number, to: number): boolean {
    let line = this.text.slice(i, this.lineEnd(i, to)).trimEnd();
    while (line.endsWith('-->')) {
      const comment = line.lastIndexOf('<!--');
      if (comment < 0) break;
      line = line.slice(0, comment).trimEnd();
    }
    return line.length > 2 && line.endsWith('=');
  }

  /** The end of the line, constructs that reach over lines counted into it. */
  private skipLine(i: number, to: number): number {
    const { text } = this;
    let at = i;
    while (at < to && text.charCodeAt(at) !== NEWLINE) {
      const code = text.charCodeAt(at);
      const construct =
        code === OPEN_BRACE || code === LESS || code === OPEN_BRACKET ? this.constructAt(at) : -1;
      at = construct < 0 ? at + 1 : this.jump(construct);
    }
    return Math.min(at, to);
  }

  /** Past the construct without rendering it. */
  private jump(construct: number): number {
    this.cursor = this.structures.nexts[construct] as number;
    return this.endOf(construct);
  }

  private drop(i: number, construct: number): number {
    this.flush(i);
    this.out.drop();
    return this.jump(construct);
  }

  /** Runs of apostrophes style the text; what is left of a run is apostrophes (MediaWiki's Parser::doQuotes). */
  private quoteRun(i: number, to: number): number {
    const { text } = this;
    let end = i + 1;
    while (end < to && text.charCodeAt(end) === APOSTROPHE) end++;
    const length = end - i;
    if (length === 1) return -1;
    if ((length === 3 || length === 4) && i >= this.quotes.end) {
      this.quotes = lineQuotes(text, {
        from: this.lineFrom,
        construct: this.lineCursor,
        structures: this.structures,
      });
    }
    const kept = length === 4 ? 1 : Math.max(0, length - 5);
    this.flush(i + kept + (i === this.quotes.split ? 1 : 0));
    return end;
  }

  private entity(i: number): number {
    const entity = entityAt(this.text, i);
    if (!entity) return -1;
    this.flush(i);
    this.out.write(entity.value);
    return entity.end;
  }

  private magicWord(i: number): number {
    MAGIC_WORD.lastIndex = i;
    const word =
      this.text.charCodeAt(i + 1) === UNDERSCORE ? MAGIC_WORD.exec(this.text)?.[0] : undefined;
    return word === undefined || /\p{Ll}/u.test(word) ? -1 : this.skip(i, i + word.length);
  }

  private tag(i: number, to: number): number {
    const { text, out } = this;
    const construct = this.constructAt(i);
    if (construct >= 0) {
      if (this.structures.kinds[construct] === Kind.Nowiki) return this.nowiki(i, construct);
      if (this.structures.kinds[construct] === Kind.Table) {
        this.flush(i);
        out.endBlock();
        return this.jump(construct);
      }
      if (text.startsWith('!--', i + 1)) {
        this.hasComment = true;
        this.flush(i);
        return this.jump(construct);
      }
      return this.drop(i, construct);
    }
    const nameStart = text.charAt(i + 1) === '/' ? i + 2 : i + 1;
    let nameEnd = nameStart;
    while (isNameUnit(text.charCodeAt(nameEnd))) nameEnd++;
    const close = nameEnd === nameStart ? -1 : this.greater.from(nameEnd);
    if (close < 0 || close >= to) return -1;
    const name = text.slice(nameStart, nameEnd).toLowerCase();
    const isBlock = BLOCK_TAGS.has(name);
    if (!isBlock && !INLINE_TAGS.has(name)) return -1;
    this.flush(i);
    if (isBlock) out.endBlock(name === 'li' && nameStart === i + 1 ? 'item' : 'paragraph');
    else if (name === 'br') out.write(' ');
    return close + 1;
  }

  private nowiki(i: number, construct: number): number {
    const { text } = this;
    this.flush(i);
    const end = this.endOf(construct);
    const content = text.slice(text.indexOf('>', i) + 1, text.lastIndexOf('</', end));
    for (let at = 0; at < content.length; ) {
      const ampersand = content.indexOf('&', at);
      const entity = ampersand < 0 ? undefined : entityAt(content, ampersand);
      const stop = ampersand < 0 ? content.length : ampersand + (entity ? 0 : 1);
      this.out.write(content.slice(at, stop) + (entity?.value ?? ''));
      at = entity?.end ?? stop;
    }
    return this.jump(construct);
  }

  private braces(i: number): number {
    const construct = this.constructAt(i);
    if (construct >= 0) {
      return this.structures.kinds[construct] === Kind.Template
        ? this.template(i, construct)
        : this.drop(i, construct);
    }
    // Of a run never closed (or the outer braces of a longer run) nothing shows; a brace alone is text.
    const isRun =
      this.text.charCodeAt(i + 1) === OPEN_BRACE || this.text.charCodeAt(i - 1) === OPEN_BRACE;
    return isRun ? this.skip(i, i + 1) : -1;
  }

  private template(i: number, construct: number): number {
    const { text, options, out } = this;
    const end = this.endOf(construct);
    if (text.startsWith('{{{', i) || this.depth >= MAX_DEPTH) return this.drop(i, construct);
    const nameEnd = Math.min(i + 80, end - 2);
    const head = /^[^|{}<[\n]*/.exec(text.slice(i + 2, nameEnd))?.[0] ?? '';
    const name = head.replaceAll('_', ' ').trim().toLowerCase();
    const colon = name.indexOf(':') + 1;
    const pattern =
      options.templates.get(name) ??
      (colon > 0 ? options.templates.get(name.slice(0, colon)) : undefined);
    if (pattern === undefined) return this.drop(i, construct);
    this.flush(i);
    const isFunction = !options.templates.has(name);
    const from = isFunction ? i + 2 + head.indexOf(':') + 1 : i + 2;
    const args = templateArguments(text, {
      construct,
      from,
      isFunction,
      structures: this.structures,
    });
    this.depth++;
    for (const part of patternParts(pattern)) {
      if (part === '\n') out.endBlock();
      else if (typeof part === 'string') out.write(part);
      else {
        const argument = part === 0 ? args.at(-1) : args[part - 1];
        if (!argument) continue;
        this.cursor = argument.construct;
        this.run(argument.start, argument.end, !pattern.includes('\n'));
      }
    }
    this.depth--;
    return this.jump(construct);
  }

  private variant(i: number): number {
    const construct = this.constructAt(i);
    if (construct < 0) return -1;
    this.flush(i);
    const end = this.endOf(construct) - 2;
    const shown = shownVariant(this.text.slice(i + 2, end), this.options.variant);
    if (shown === undefined) return this.drop(i, construct);
    if ('text' in shown) this.out.write(shown.text);
    else this.runInside(i + 2 + shown.start, end);
    return this.jump(construct);
  }

  /** Renders what stands inside a construct, unless that is too deep. */
  private runInside(from: number, to: number): void {
    if (this.depth === MAX_DEPTH) return;
    this.depth++;
    this.run(from, to, true);
    this.depth--;
  }

  private brackets(i: number, to: number): number {
    if (this.text.charCodeAt(i + 1) !== OPEN_BRACKET) return this.externalLink(i, to);
    const construct = this.constructAt(i);
    if (construct >= 0 && this.endOf(construct) <= to) return this.link(i, construct, to);
    // A picture never closed goes with its line; of another link left open the text stays.
    const target = this.text.slice(i + 2, i + 300);
    const colon = target.indexOf(':');
    const isHidden = colon > 0 && colon < 40 && this.isFile(target);
    return isHidden ? this.skipLineOf(i, to) : this.skip(i, i + 2);
  }

  private isFile(rest: string): boolean {
    const raw = /^[^|\][{}<>\n]*/.exec(rest)?.[0] ?? '';
    return linkTarget(raw, this.options.language, true).role === 'hidden';
  }

  private skipLineOf(i: number, to: number): number {
    this.flush(i);
    this.out.drop();
    return this.lineEnd(i, to);
  }

  private link(i: number, construct: number, to: number): number {
    const { text, out, options } = this;
    const { language } = options;
    const end = this.endOf(construct);
    const head = linkHead(text, { construct, structures: this.structures });
    if (!head) return this.skip(i, i + 2);
    const { role, target } = linkTarget(head.title, language, head.textStart >= 0);
    if (role === 'hidden') return this.drop(i, construct);
    let prefixStart = i;
    if (language.prefix) {
      while (prefixStart > this.plainStart && language.prefix.test(text.charAt(prefixStart - 1)))
        prefixStart--;
    }
    this.flush(prefixStart);
    const mark = out.openLink();
    this.flush(i);
    if (head.textStart < 0) out.write(target);
    else if (text.slice(head.textStart, Math.min(end - 2, head.textStart + 200)).trim() === '') {
      out.write(target === '' ? '' : pipeTrick(target));
    } else {
      this.cursor = construct + 1;
      this.runInside(head.textStart, end - 2);
    }
    this.jump(construct);
    const trailEnd = this.trailEnd(end, to);
    if (trailEnd > end) out.write(text.slice(end, trailEnd));
    out.closeLink(mark, role === 'anchor' && head.isPlain ? target : undefined);
    return trailEnd;
  }

  private trailEnd(end: number, to: number): number {
    const { trail } = this.options.language;
    if (!trail || end >= to) return end;
    trail.lastIndex = end;
    return trail.test(this.text) ? Math.min(trail.lastIndex, to) : end;
  }

  /** `[url label]` shows its label, `[url]` only a number. */
  private externalLink(i: number, to: number): number {
    const { text } = this;
    URL_START.lastIndex = i + 1;
    if (!URL_START.test(text)) return -1;
    const close = this.externalEnd(i, to);
    if (close < 0) return -1;
    this.flush(i);
    const label = /[\s<\]"[]/g;
    label.lastIndex = i + 1;
    const urlEnd = label.exec(text)?.index ?? close;
    if (urlEnd >= close) {
      this.out.drop();
      return close + 1;
    }
    this.runInside(urlEnd, close);
    return close + 1;
  }

  /** The bracket that closes an external link on its line, links inside its label passed over. */
  private externalEnd(i: number, to: number): number {
    const { starts, ends, nexts } = this.structures;
    const lineEnd = this.lineEnd(i, to);
    let next = this.cursor;
    let from = i;
    for (let hops = 0; hops < 64; hops++) {
      const close = this.bracket.from(from);
      if (close < 0 || close >= lineEnd) return -1;
      while ((starts[next] ?? close) < from) next++;
      while ((starts[next] ?? close) < close && (ends[next] as number) <= close) next++;
      if ((starts[next] ?? close) >= close) return close;
      from = ends[next] as number;
      next = nexts[next] as number;
    }
    return -1;
  }
}

/** A to z, A to Z, 0 to 9. */
const isNameUnit = (code: number): boolean =>
  ((code | 32) >= 97 && (code | 32) <= 122) || (code >= 48 && code <= 57);

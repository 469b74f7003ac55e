/** Collects what a reader sees of a page as blocks of text, each link with the place of its text. */
import { Units } from '../units.js';
import { copyCollapsed, isSpace, withoutOrphans } from './spaces.js';

/** A link's text, half-open [charStart, charEnd) in UTF-16 code units of the page's text. */
export interface Link {
  readonly charStart: number;
  readonly charEnd: number;
  readonly target: string;
}

/** One paragraph or list item, on one line; `section` counts the headings before it. */
export interface Block {
  readonly kind: 'paragraph' | 'item';
  readonly section: number;
  /** Its text, half-open in UTF-16 code units of the page's text. */
  readonly charStart: number;
  readonly charEnd: number;
  /** Its links, half-open in the page's links. */
  readonly linkStart: number;
  readonly linkEnd: number;
}

/** A page's blocks in order, a newline between them in its text. */
export interface RenderedPage {
  readonly text: Units;
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
}

const [NEWLINE, SPACE] = [10, 32];
const OPENING = '(（[';
const SEPARATOR = ',;，；、،؛';
/** 1 for each unit that is held back until something follows it. */
const IS_HELD = new Uint8Array(0x10000);
for (const character of OPENING + SEPARATOR) IS_HELD[character.charCodeAt(0)] = 1;

/** Brackets and separators in a row that are still looked at again. */
const MAX_PENDING = 32;

/** A link that is being written. */
export interface OpenLink {
  readonly blocks: number;
  readonly links: number;
  readonly outerStart: number;
}

/**
 * Writes text with white space collapsed. Where something was dropped, the punctuation that only belonged to it goes
 * too: `born ({{lang-x|…}}; 1900)` → `born (1900)`, `Foo ({{pron}}) is` → `Foo is`.
 */
export class BlockWriter {
  section = 0;
  /** Code units written so far in all blocks; tells whether anything was written since. */
  written = 0;
  private readonly text = new Units();
  private readonly given = new Units();
  private length = 0;
  private blocks: Block[] = [];
  private links: Link[] = [];
  /** Where the block being written begins. */
  private blockStart = 0;
  private blockLinks = 0;
  private kind: Block['kind'] = 'paragraph';
  /** White space, an opening bracket or a separator not written until something follows it. */
  private pending = '';
  private isAfterDrop = false;
  private linkDepth = 0;
  private linkStart = -1;

  /** Begins another page. */
  begin(): void {
    this.section = 0;
    this.written = 0;
    this.length = 0;
    this.blocks = [];
    this.links = [];
    this.linkDepth = 0;
    this.linkStart = -1;
    this.beginBlock('paragraph');
  }

  /** Ends the page; its text lasts until another begins. */
  end(): RenderedPage {
    this.endBlock();
    const { text, blocks, links } = this;
    text.end(this.length);
    return { text, blocks, links };
  }

  write(text: string): void {
    this.given.assign(text);
    this.writeUnits(this.given.values, 0, text.length);
  }

  /** Writes the units [start, end). */
  writeUnits(units: Uint16Array, start: number, end: number): void {
    let from = start;
    let to = end;
    if (this.isAfterDrop) {
      const { rest, pending } = withoutOrphans(units, { start, end, pending: this.pending });
      from = rest;
      this.pending = pending;
    }
    const first = from;
    while (from < to && isSpace(units[from] as number)) from++;
    if (from > first && !endsWithSpace(this.pending)) this.pending += ' ';
    if (from === to) return;
    this.isAfterDrop = false;
    let following = '';
    while (isSpace(units[to - 1] as number)) to--;
    if (to < end) following = ' ';
    const last = units[to - 1] as number;
    if (this.linkDepth === 0 && IS_HELD[last] === 1) {
      following = String.fromCharCode(last) + following;
      to--;
      if (to > from && isSpace(units[to - 1] as number)) {
        following = ` ${following}`;
        while (to > from && isSpace(units[to - 1] as number)) to--;
      }
      if (to === from) {
        this.hold(following);
        return;
      }
    }
    this.settle();
    if (this.linkStart < 0) this.linkStart = this.length;
    const before = this.length;
    this.append(units, from, to);
    this.written += this.length - before;
    this.pending = following;
  }

  /** Tells that a construct was left out here. */
  drop(): void {
    this.isAfterDrop = true;
  }

  /** Ends the block, if anything is in it; the next one is of this kind. */
  endBlock(next: Block['kind'] = 'paragraph'): void {
    const { kind, section, blockStart: charStart, blockLinks: linkStart, links } = this;
    this.pending = this.pending.trimEnd();
    this.settle();
    if (this.length > charStart) {
      const charEnd = this.length;
      this.blocks.push({ kind, section, charStart, charEnd, linkStart, linkEnd: links.length });
      this.text.reserve(this.length + 1);
      this.text.values[this.length++] = NEWLINE;
    }
    this.beginBlock(next);
  }

  get isItem(): boolean {
    return this.kind === 'item';
  }

  openLink(): OpenLink {
    const mark = {
      blocks: this.blocks.length,
      links: this.links.length,
      outerStart: this.linkStart,
    };
    this.linkStart = -1;
    this.linkDepth++;
    return mark;
  }

  /** Records what was written since `mark` as a link, unless that holds a link itself, ends a block or is empty. */
  closeLink(mark: OpenLink, target: string | undefined): void {
    const { linkStart: charStart, length: charEnd, blocks, links } = this;
    this.linkDepth--;
    const isWhole = mark.blocks === blocks.length && mark.links === links.length;
    if (target !== undefined && isWhole && charStart >= 0 && charStart < charEnd)
      links.push({ charStart, charEnd, target });
    if (mark.outerStart >= 0) this.linkStart = mark.outerStart;
  }

  private beginBlock(kind: Block['kind']): void {
    this.kind = kind;
    this.blockStart = this.length;
    this.blockLinks = this.links.length;
    this.pending = '';
    this.isAfterDrop = false;
  }

  /** Holds brackets and separators back, unless there are too many. */
  private hold(following: string): void {
    this.pending += endsWithSpace(this.pending) ? following.trimStart() : following;
    if (this.pending.length > MAX_PENDING) this.settle();
  }

  /** Writes what was held back; no block begins with a space. */
  private settle(): void {
    if (this.pending === '') return;
    const pending = this.length === this.blockStart ? this.pending.trimStart() : this.pending;
    this.text.reserve(this.length + pending.length);
    for (let i = 0; i < pending.length; i++)
      this.text.values[this.length++] = pending.charCodeAt(i);
    this.pending = '';
  }

  /** Copies units, each run of white space as one space. */
  private append(units: Uint16Array, from: number, to: number): void {
    this.text.reserve(this.length + to - from);
    this.length = copyCollapsed(units, { from, to, into: this.text.values, at: this.length });
  }
}

const endsWithSpace = (text: string): boolean => text.charCodeAt(text.length - 1) === SPACE;

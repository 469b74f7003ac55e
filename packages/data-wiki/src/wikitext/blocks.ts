/** Collects what a reader sees of a page as blocks of text, each link with the offsets of its text in the block. */

/** A link's text, half-open [charStart, charEnd) in UTF-16 code units of the block's text. */
export interface Link {
  readonly charStart: number;
  readonly charEnd: number;
  readonly target: string;
}

/** One paragraph or list item, on one line; `section` counts the headings before it. */
export interface Block {
  readonly kind: 'paragraph' | 'item';
  readonly section: number;
  readonly text: string;
  readonly links: readonly Link[];
}

/** White space other than one plain space: a reader sees one space. */
const UNUSUAL_SPACE =
  /[\t\n\r\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]| {2}/;
const SPACES = /[ \t\n\r\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+/g;

const SPACE = 32;
const OPENING = '(（[';
const CLOSING = ')）]';
const SEPARATOR = ',;，；、،؛';
const STOP = '.。:!?';

/** Brackets and separators in a row that are still looked at again. */
const MAX_PENDING = 32;

/** A link that is being written. */
export interface OpenLink {
  readonly block: number;
  readonly links: number;
  readonly outerStart: number;
}

/**
 * Writes text with white space collapsed. Where something was dropped, the punctuation that only belonged to it goes
 * too: `born ({{lang-x|…}}; 1900)` → `born (1900)`, `Foo ({{pron}}) is` → `Foo is`.
 */
export class BlockWriter {
  readonly blocks: Block[] = [];
  section = 0;
  /** Code units written so far in all blocks; tells whether anything was written since. */
  written = 0;
  private text = '';
  private links: Link[] = [];
  private kind: Block['kind'] = 'paragraph';
  /** White space, an opening bracket or a separator not written until something follows it. */
  private pending = '';
  private isAfterDrop = false;
  private linkDepth = 0;
  private linkStart = -1;

  write(slice: string): void {
    let text = UNUSUAL_SPACE.test(slice) ? slice.replace(SPACES, ' ') : slice;
    if (this.isAfterDrop) text = this.withoutOrphans(text);
    if (text.charCodeAt(0) === SPACE) {
      if (!this.pending.endsWith(' ')) this.pending += ' ';
      text = text.slice(1);
    }
    if (text === '') return;
    this.isAfterDrop = false;
    let following = '';
    if (text.charCodeAt(text.length - 1) === SPACE) {
      following = ' ';
      text = text.slice(0, -1);
    }
    const last = text.charAt(text.length - 1);
    if (this.linkDepth === 0 && (OPENING.includes(last) || SEPARATOR.includes(last))) {
      following = last + following;
      text = text.slice(0, -1);
      if (text.endsWith(' ')) {
        following = ` ${following}`;
        text = text.slice(0, -1);
      }
      if (text === '') {
        this.pending += this.pending.endsWith(' ') ? following.trimStart() : following;
        if (this.pending.length > MAX_PENDING) this.settle();
        return;
      }
    }
    const before = this.text === '' ? this.pending.trimStart() : this.pending;
    if (this.linkStart < 0) this.linkStart = this.text.length + before.length;
    this.text += before + text;
    this.written += text.length;
    this.pending = following;
  }

  /** Writes what was pending as it stands. */
  private settle(): void {
    this.text += this.text === '' ? this.pending.trimStart() : this.pending;
    this.pending = '';
  }

  /** Tells that a construct was left out here. */
  drop(): void {
    this.isAfterDrop = true;
  }

  /** Ends the block, if anything is in it; the next one is of this kind. */
  endBlock(next: Block['kind'] = 'paragraph'): void {
    const { kind, section, links } = this;
    const text = this.text === '' ? this.pending.trim() : this.text + this.pending.trimEnd();
    if (text !== '') {
      this.blocks.push({ kind, section, text, links });
      this.links = [];
    }
    this.text = '';
    this.pending = '';
    this.isAfterDrop = false;
    this.kind = next;
  }

  get isItem(): boolean {
    return this.kind === 'item';
  }

  openLink(): OpenLink {
    const mark = {
      block: this.blocks.length,
      links: this.links.length,
      outerStart: this.linkStart,
    };
    this.linkStart = -1;
    this.linkDepth++;
    return mark;
  }

  /** Records what was written since `mark` as a link, unless that holds a link itself, ends a block or is empty. */
  closeLink(mark: OpenLink, target: string | undefined): void {
    const { linkStart: charStart, text, links } = this;
    this.linkDepth--;
    const isWhole = mark.block === this.blocks.length && mark.links === links.length;
    if (target !== undefined && isWhole && charStart >= 0 && charStart < text.length) {
      links.push({ charStart, charEnd: text.length, target });
    }
    if (mark.outerStart >= 0) this.linkStart = mark.outerStart;
  }

  /** Removes the punctuation at the head of `text` and in `pending` that is left of a dropped construct. */
  private withoutOrphans(text: string): string {
    let rest = text;
    for (;;) {
      const trimmed = rest.trimStart();
      const next = trimmed.charAt(0);
      const held = this.pending.trim().at(-1) ?? '';
      if (next === '') return rest;
      const isClosing = CLOSING.includes(next);
      const isSeparator = SEPARATOR.includes(next);
      if (held !== '' && OPENING.includes(held) && (isClosing || isSeparator)) {
        if (isClosing) this.pending = this.pending.slice(0, this.pending.lastIndexOf(held));
        rest = isClosing ? trimmed.slice(1) : trimmed.slice(1).trimStart();
        continue;
      }
      if (!isClosing && !isSeparator && !STOP.includes(next)) return rest;
      if (held !== '' && SEPARATOR.includes(held)) {
        this.pending = this.pending.slice(0, this.pending.lastIndexOf(held));
      }
      this.pending = this.pending.trimEnd();
      return trimmed;
    }
  }
}

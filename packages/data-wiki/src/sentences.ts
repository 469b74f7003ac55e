/** Where a long paragraph is cut: between sentences, else between words and outside of links. */
import type { Link, RenderedPage } from './wikitext/blocks.js';

/** A stretch of a page: half-open ranges of its characters, its words and its links. */
export interface Piece {
  readonly charStart: number;
  readonly charEnd: number;
  readonly wordStart: number;
  readonly wordEnd: number;
  readonly linkStart: number;
  readonly linkEnd: number;
}

export const wordCount = ({ wordStart, wordEnd }: Piece): number => wordEnd - wordStart;

interface Bounds {
  readonly minWords: number;
  readonly maxWords: number;
}

/** Cuts a long piece into parts, none above the most words; a link that is cut belongs to no part. */
export function splitLong(
  piece: Piece,
  {
    page,
    offsets,
    minWords,
    maxWords,
  }: Bounds & { readonly page: RenderedPage; readonly offsets: Int32Array },
): Piece[] {
  const { links } = page;
  const borders = new Borders(page, offsets);
  const parts: Piece[] = [];
  let { wordStart, linkStart } = piece;
  while (wordStart < piece.wordEnd) {
    const left = piece.wordEnd - wordStart;
    // What is left must not be too short to be a passage.
    const most = wordStart + Math.min(maxWords, Math.max(left - minWords, minWords));
    const wordEnd =
      left <= maxWords
        ? piece.wordEnd
        : borders.last({ least: wordStart + minWords, most, linkStart, linkEnd: piece.linkEnd });
    const charStart = offsets[2 * wordStart] as number;
    const charEnd = offsets[2 * wordEnd - 1] as number;
    while (linkStart < piece.linkEnd && (links[linkStart] as Link).charStart < charStart)
      linkStart++;
    let linkEnd = linkStart;
    while (linkEnd < piece.linkEnd && (links[linkEnd] as Link).charEnd <= charEnd) linkEnd++;
    parts.push({ charStart, charEnd, wordStart, wordEnd, linkStart, linkEnd });
    wordStart = wordEnd;
    linkStart = linkEnd;
  }
  return parts;
}

const unitsOf = (characters: string): ReadonlySet<number> =>
  new Set(Array.from(characters, (character) => character.charCodeAt(0)));
const POINT = 0x2e;
const SENTENCE_END = unitsOf('.!?…‽。！？｡．؟۔।॥։።፧།༎၊။។៕᠃');
/** Quotes and brackets that may stand between the mark and the next sentence. */
const CLOSER = unitsOf('\u0022\u0027”’»)]）」』】›');
const MAX_CLOSERS = 4;
const ABBREVIATION = /^(?:\p{L}|\p{Lu}\p{L}{1,2})$/u;

class Borders {
  constructor(
    private readonly page: RenderedPage,
    private readonly offsets: Int32Array,
  ) {}

  /** The last word in [least, most] with which a sentence begins; else one that cuts no link; else `most`. */
  last({
    least,
    most,
    ...links
  }: {
    least: number;
    most: number;
    linkStart: number;
    linkEnd: number;
  }): number {
    const isFree = this.freeOf(links, most);
    for (let at = most; at >= least; at--) if (this.startsSentence(at) && isFree(at)) return at;
    for (let at = most; at >= least; at--)
      if (/^[\p{L}\p{N}]/u.test(this.word(at)) && isFree(at)) return at;
    return most;
  }

  /** Tells of words up to `most`, asked backwards, whether no link reaches over their start. */
  private freeOf({ linkStart, linkEnd }: { linkStart: number; linkEnd: number }, most: number) {
    const { offsets } = this;
    const end = offsets[2 * most] as number;
    const near: Link[] = [];
    for (let i = linkStart; i < linkEnd; i++) {
      const link = this.page.links[i] as Link;
      if (link.charStart >= end) break;
      near.push(link);
    }
    return (at: number): boolean => {
      const char = offsets[2 * at] as number;
      return !near.some(({ charStart, charEnd }) => charStart < char && char < charEnd);
    };
  }

  private word(index: number): string {
    return this.page.text.slice(
      this.offsets[2 * index] as number,
      this.offsets[2 * index + 1] as number,
    );
  }

  /** The only unit of a word, or 0. */
  private unit(index: number): number {
    const start = this.offsets[2 * index] as number;
    const isOne = this.offsets[2 * index + 1] === start + 1;
    return isOne ? (this.page.text.values[start] as number) : 0;
  }

  private startsSentence(at: number): boolean {
    let mark = at - 1;
    while (mark > at - MAX_CLOSERS && CLOSER.has(this.unit(mark))) mark--;
    const end = this.unit(mark);
    if (!SENTENCE_END.has(end)) return false;
    // An initial or an abbreviation before a point, or a small letter or a digit after it, ends no sentence.
    return (
      end !== POINT ||
      (!ABBREVIATION.test(this.word(mark - 1)) && /^[^\p{Ll}\p{Nd},;:)]/u.test(this.word(at)))
    );
  }
}

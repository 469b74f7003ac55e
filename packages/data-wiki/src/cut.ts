/** A page's blocks → passages of 50–250 words with their anchors (paper 3.2.1). */
import { writeWords } from '@calibre/metrics/words';
import type { Anchor } from './passage.js';
import { type Piece, splitLong, wordCount } from './sentences.js';
import { IntList, UnitRange } from './units.js';
import type { Block, Link, RenderedPage } from './wikitext/blocks.js';
import type { WordRange } from './words.js';

export interface CutOptions {
  readonly minWords: number;
  readonly maxWords: number;
  readonly minAnchors: number;
  readonly maxAnchorWords: number;
  /** Keep anchors without a letter: numbers, dates in figures, punctuation. */
  readonly numericAnchors: boolean;
  /** Keep list items; without them only paragraphs are read. */
  readonly lists: boolean;
}

/** A passage that does not know its page; its text and words last until the next page is cut. */
export interface Cut {
  readonly text: UnitRange;
  readonly words: WordRange;
  readonly anchors: readonly Anchor[];
}

/** Why something did not become an anchor or a passage, each with how often. */
export interface CutCounts {
  passagesTooShort: number;
  passagesWithFewAnchors: number;
  passagesWithMarkup: number;
  anchorsTooLong: number;
  anchorsInsideWords: number;
  anchorsNumeric: number;
}

export const noCuts = (): CutCounts => ({
  passagesTooShort: 0,
  passagesWithFewAnchors: 0,
  passagesWithMarkup: 0,
  anchorsTooLong: 0,
  anchorsInsideWords: 0,
  anchorsNumeric: 0,
});

/** What markup left over by a slip of an author looks like; a passage that holds some is dropped. */
const MARKUP =
  /\[\[|\]\]|\{\{|\}\}|\{\||\|\}|\S\|\S|\|[\w-]+ ?=|''|<\/?(?:ref|nowiki|gallery|div|span|br)\b|&(?:amp|lt|gt|nbsp|quot);/i;

const APOSTROPHE = 0x27;
/** 1 for some units of ASCII; whatever `MARKUP` finds has one of them in it. */
const MAY_BE_MARKUP = new Uint8Array(128);
for (const character of "[]{}|'<&") MAY_BE_MARKUP[character.charCodeAt(0)] = 1;

function hasMarkup(text: UnitRange): boolean {
  const { values } = text.units;
  for (let i = text.start; i < text.end; i++) {
    const unit = values[i] as number;
    if (unit >= MAY_BE_MARKUP.length || MAY_BE_MARKUP[unit] === 0) continue;
    if (unit !== APOSTROPHE || values[i + 1] === APOSTROPHE) return MARKUP.test(text.toString());
  }
  return false;
}

/**
 * Cuts pages into passages, one after the other. A passage is a paragraph; one below the least number of words goes
 * together with those that follow in its section, one above the most is cut between sentences.
 */
export class Cutter {
  private readonly words = new IntList();
  /** What the next passage holds so far. */
  private readonly group: { -readonly [Key in keyof Piece]: Piece[Key] } = {
    charStart: 0,
    charEnd: 0,
    wordStart: 0,
    wordEnd: 0,
    linkStart: 0,
    linkEnd: 0,
  };
  private cuts: Cut[] = [];

  constructor(
    private readonly options: CutOptions,
    /** To which is added what is left out. */
    public counts: CutCounts,
  ) {}

  /** The page's passages, in order. */
  cut(rendered: RenderedPage): Cut[] {
    const { options, words } = this;
    const page = options.lists ? rendered : withoutItems(rendered);
    words.length = 0;
    this.cuts = [];
    let section = 0;
    for (const block of page.blocks) {
      if (block.section !== section) this.flush(page);
      section = block.section;
      const { charStart, charEnd, linkStart, linkEnd } = block;
      const wordStart = words.length / 2;
      words.reserve(2 * (charEnd - charStart) + 2);
      words.length = writeWords(page.text.values, {
        start: charStart,
        end: charEnd,
        offsets: words.values,
        count: words.length,
      });
      const wordEnd = words.length / 2;
      const whole = { charStart, charEnd, wordStart, wordEnd, linkStart, linkEnd };
      if (wordCount(whole) <= options.maxWords) this.add(page, whole);
      else
        for (const piece of splitLong(whole, { page, offsets: words.values, ...options }))
          this.add(page, piece);
    }
    this.flush(page);
    return this.cuts;
  }

  /** Adds a stretch of the page to the next passage. */
  private add(page: RenderedPage, piece: Piece): void {
    const { group, options } = this;
    if (wordCount(group) + wordCount(piece) > options.maxWords) this.flush(page);
    if (wordCount(group) === 0) {
      group.charStart = piece.charStart;
      group.wordStart = piece.wordStart;
      group.linkStart = piece.linkStart;
    }
    group.charEnd = piece.charEnd;
    group.wordEnd = piece.wordEnd;
    group.linkEnd = piece.linkEnd;
    if (wordCount(group) >= options.minWords) this.flush(page);
  }

  /** Ends the passage, if anything is in it. */
  private flush(page: RenderedPage): void {
    const { group, options, counts } = this;
    const count = wordCount(group);
    if (count >= options.minWords) {
      const cut = this.toCut(page, group);
      if (cut) this.cuts.push(cut);
    } else if (count > 0) counts.passagesTooShort++;
    group.wordStart = group.wordEnd;
  }

  private toCut(page: RenderedPage, piece: Piece): Cut | undefined {
    const { options, counts, words } = this;
    const anchors =
      piece.linkEnd - piece.linkStart < options.minAnchors ? [] : this.toAnchors(page, piece);
    if (anchors.length < options.minAnchors) {
      counts.passagesWithFewAnchors++;
      return undefined;
    }
    const { charStart: base, charEnd, wordStart: start, wordEnd: end } = piece;
    const text = new UnitRange(page.text, base, charEnd);
    if (hasMarkup(text)) {
      counts.passagesWithMarkup++;
      return undefined;
    }
    return { text, words: { offsets: words.values, start, end, base }, anchors };
  }

  /** Links as spans of words; those that begin or end inside a word, or are too long, are left out. */
  private toAnchors({ text, links }: RenderedPage, piece: Piece): Anchor[] {
    const { options, counts } = this;
    const { values: offsets } = this.words;
    const { wordStart, wordEnd, linkStart, linkEnd } = piece;
    const anchors: Anchor[] = [];
    let start = wordStart;
    for (let link = linkStart; link < linkEnd; link++) {
      const { charStart, charEnd, target } = links[link] as Link;
      while (start < wordEnd && (offsets[2 * start] as number) < charStart) start++;
      let end = start;
      while (end < wordEnd && (offsets[2 * end + 1] as number) <= charEnd) end++;
      const isWhole =
        end > start && offsets[2 * start] === charStart && offsets[2 * end - 1] === charEnd;
      if (!isWhole) counts.anchorsInsideWords++;
      else if (end - start > options.maxAnchorWords) counts.anchorsTooLong++;
      else if (!options.numericAnchors && !/\p{L}/u.test(text.slice(charStart, charEnd)))
        counts.anchorsNumeric++;
      else anchors.push({ start: start - wordStart, end: end - wordStart, target });
    }
    return anchors;
  }
}

/** The page without its list items: what follows one moves to its place. */
function withoutItems({ text, blocks, links }: RenderedPage): RenderedPage {
  const kept: Block[] = [];
  const keptLinks: Link[] = [];
  let length = 0;
  for (const block of blocks) {
    if (block.kind === 'item') continue;
    const by = length - block.charStart;
    text.values.copyWithin(length, block.charStart, block.charEnd + 1);
    length += block.charEnd + 1 - block.charStart;
    const linkStart = keptLinks.length;
    for (const { charStart, charEnd, target } of links.slice(block.linkStart, block.linkEnd))
      keptLinks.push({ charStart: charStart + by, charEnd: charEnd + by, target });
    const charStart = block.charStart + by;
    const charEnd = block.charEnd + by;
    kept.push({ ...block, charStart, charEnd, linkStart, linkEnd: keptLinks.length });
  }
  return { text, blocks: kept, links: keptLinks };
}

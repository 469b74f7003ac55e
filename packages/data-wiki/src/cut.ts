/** A page's blocks → passages of 50–250 words with their anchors (paper 3.2.1). */
import type { Anchor } from './passage.js';
import type { Block, Link } from './wikitext/blocks.js';
import type { WordSplitter } from './words.js';

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

/** A passage that does not know its page; word offsets flat (start, end, start, end, …). */
export interface Cut {
  readonly text: string;
  readonly offsets: readonly number[];
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

/** A stretch of text with its flat word offsets and its links. */
interface Piece {
  readonly text: string;
  readonly offsets: readonly number[];
  readonly links: readonly Link[];
}

const wordCount = ({ offsets }: Piece): number => offsets.length / 2;

/** Markup that should not have come through; a passage that holds some is dropped. */
const MARKUP =
  /\[\[|\]\]|\{\{|\}\}|\{\||\|\}|\|\||<\/?(?:ref|nowiki|gallery|div|span|br)\b|&(?:amp|lt|gt|nbsp|quot);/i;

/**
 * Cuts a page's blocks into passages. A passage is a paragraph; one below the least number of words goes together with
 * those that follow in its section, one above the most is cut between sentences.
 */
export function cutPassages(
  blocks: readonly Block[],
  { splitWords, counts, ...options }: CutOptions & { splitWords: WordSplitter; counts: CutCounts },
): Cut[] {
  const cuts: Cut[] = [];
  let group: Piece[] = [];
  let words = 0;
  let section = 0;
  const flush = (): void => {
    if (words >= options.minWords) {
      const cut = toCut(join(group), options, counts);
      if (cut) cuts.push(cut);
    } else if (words > 0) counts.passagesTooShort++;
    group = [];
    words = 0;
  };
  for (const { kind, section: own, text, links } of blocks) {
    if (kind === 'item' && !options.lists) continue;
    if (own !== section) flush();
    section = own;
    const whole = { text, links, offsets: splitWords(text) };
    for (const piece of wordCount(whole) > options.maxWords ? splitLong(whole, options) : [whole]) {
      if (words + wordCount(piece) > options.maxWords) flush();
      group.push(piece);
      words += wordCount(piece);
      if (words >= options.minWords) flush();
    }
  }
  flush();
  return cuts;
}

/** Pieces joined by a newline. */
function join(group: readonly Piece[]): Piece {
  if (group.length === 1) return group[0] as Piece;
  const offsets: number[] = [];
  const links: Link[] = [];
  let text = '';
  for (const piece of group) {
    if (text !== '') text += '\n';
    const base = text.length;
    for (const offset of piece.offsets) offsets.push(offset + base);
    for (const link of piece.links) links.push(moved(link, base));
    text += piece.text;
  }
  return { text, offsets, links };
}

const moved = ({ charStart, charEnd, target }: Link, by: number): Link => ({
  charStart: charStart + by,
  charEnd: charEnd + by,
  target,
});

/** Cuts a long piece between sentences into parts, none above the most words. */
function splitLong(piece: Piece, { minWords, maxWords }: CutOptions): Piece[] {
  const { offsets, links } = piece;
  const parts: Piece[] = [];
  const count = wordCount(piece);
  let from = 0;
  let firstLink = 0;
  while (from < count) {
    // What is left must not be too short to be a passage.
    const most = Math.min(maxWords, Math.max(count - from - minWords, minWords));
    const last = count - from <= maxWords ? count : from + most;
    let endLink = firstLink;
    while (
      endLink < links.length &&
      (links[endLink] as Link).charStart < (offsets[2 * last - 1] as number)
    )
      endLink++;
    const near = { ...piece, links: links.slice(firstLink, endLink) };
    const to = last === count ? count : lastBorder(near, from + minWords, last);
    parts.push(slice(near, from, to));
    while (
      firstLink < endLink &&
      (links[firstLink] as Link).charStart < (offsets[2 * to - 1] as number)
    )
      firstLink++;
    from = to;
  }
  return parts;
}

/** The last word in [least, most] with which a sentence begins; else one that cuts no link; else `most`. */
function lastBorder({ text, offsets, links }: Piece, least: number, most: number): number {
  const isFree = (at: number): boolean => {
    const char = offsets[2 * at] as number;
    return !links.some(({ charStart, charEnd }) => charStart < char && char < charEnd);
  };
  for (let at = most; at >= least; at--)
    if (startsSentence(text, offsets, at) && isFree(at)) return at;
  for (let at = most; at >= least; at--)
    if (/^[\p{L}\p{N}]/u.test(wordAt(text, offsets, at)) && isFree(at)) return at;
  return most;
}

const SENTENCE_END = /^(?:[.!?…。！？｡．؟۔।॥։።፧၊။។])$/u;
/** Quotes and brackets that may stand between the mark and the next sentence. */
const MAX_CLOSERS = 4;
const CLOSER = /^["'”’»)\]）」』】›]$/u;

const ABBREVIATION = /^(?:\p{L}|\p{Lu}\p{L}{1,2})$/u;

const wordAt = (text: string, offsets: readonly number[], index: number): string =>
  text.slice(offsets[2 * index], offsets[2 * index + 1]);

function startsSentence(text: string, offsets: readonly number[], at: number): boolean {
  let mark = at - 1;
  while (mark > at - MAX_CLOSERS && CLOSER.test(wordAt(text, offsets, mark))) mark--;
  const end = wordAt(text, offsets, mark);
  if (!SENTENCE_END.test(end)) return false;
  // An initial or an abbreviation before a point, or a small letter or a digit after it, ends no sentence.
  return (
    end !== '.' ||
    (!ABBREVIATION.test(wordAt(text, offsets, mark - 1)) &&
      /^[^\p{Ll}\p{Nd},;:)]/u.test(wordAt(text, offsets, at)))
  );
}

function slice({ text, offsets, links }: Piece, from: number, to: number): Piece {
  const start = offsets[2 * from] as number;
  const end = offsets[2 * to - 1] as number;
  return {
    text: text.slice(start, end),
    offsets: offsets.slice(2 * from, 2 * to).map((offset) => offset - start),
    links: links
      .filter(({ charStart, charEnd }) => charStart >= start && charEnd <= end)
      .map((link) => moved(link, -start)),
  };
}

function toCut(piece: Piece, options: CutOptions, counts: CutCounts): Cut | undefined {
  const anchors = piece.links.length < options.minAnchors ? [] : toAnchors(piece, options, counts);
  if (anchors.length < options.minAnchors) {
    counts.passagesWithFewAnchors++;
    return undefined;
  }
  if (MARKUP.test(piece.text)) {
    counts.passagesWithMarkup++;
    return undefined;
  }
  return { text: piece.text, offsets: piece.offsets, anchors };
}

/** Links as spans of words; those that begin or end inside a word, or are too long, are left out. */
function toAnchors(
  { text, offsets, links }: Piece,
  options: CutOptions,
  counts: CutCounts,
): Anchor[] {
  const anchors: Anchor[] = [];
  const count = offsets.length / 2;
  let start = 0;
  for (const { charStart, charEnd, target } of links) {
    while (start < count && (offsets[2 * start] as number) < charStart) start++;
    let end = start;
    while (end < count && (offsets[2 * end + 1] as number) <= charEnd) end++;
    if (offsets[2 * start] !== charStart || offsets[2 * end - 1] !== charEnd)
      counts.anchorsInsideWords++;
    else if (end - start > options.maxAnchorWords) counts.anchorsTooLong++;
    else if (!options.numericAnchors && !/\p{L}/u.test(text.slice(charStart, charEnd)))
      counts.anchorsNumeric++;
    else anchors.push({ start, end, target });
  }
  return anchors;
}

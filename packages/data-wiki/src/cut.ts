/** A page's blocks → passages of 50–250 words with their anchors (paper 3.2.1). */
import type { Anchor, Word } from './passage.js';
import type { Block, Link } from './wikitext/blocks.js';
import { splitWords } from './words.js';

export interface CutOptions {
  readonly minWords: number;
  readonly maxWords: number;
  readonly minAnchors: number;
  readonly maxAnchorWords: number;
  /** Keep anchors that are only numbers, dates or punctuation. */
  readonly numericAnchors: boolean;
  /** Keep list items; without them only paragraphs are read. */
  readonly lists: boolean;
}

/** A passage before it knows its page. */
export interface Cut {
  readonly text: string;
  readonly words: readonly Word[];
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

/** A stretch of text with the words and links in it, offsets into the text. */
interface Piece {
  readonly text: string;
  readonly words: readonly Word[];
  readonly links: readonly Link[];
}

/** Markup that should not have come through; a passage that holds some is dropped. */
const MARKUP =
  /\[\[|\]\]|\{\{|\}\}|\{\||\|\}|\|\||<\/?(?:ref|nowiki|gallery|div|span|br)\b|&(?:amp|lt|gt|nbsp|quot);/i;

/**
 * Cuts a page's blocks into passages. A passage is a paragraph; one below the least number of words goes together with
 * those that follow in its section, one above the most is cut between sentences.
 */
export function cutPassages(
  blocks: readonly Block[],
  { language, counts, ...options }: CutOptions & { language: string; counts: CutCounts },
): Cut[] {
  const cuts: Cut[] = [];
  const finish = (group: readonly Piece[]): void => {
    const cut = toCut(join(group), options, counts);
    if (cut) cuts.push(cut);
  };
  let group: Piece[] = [];
  let words = 0;
  let section = 0;
  const flush = (): void => {
    if (words >= options.minWords) finish(group);
    else if (words > 0) counts.passagesTooShort++;
    group = [];
    words = 0;
  };
  for (const block of blocks) {
    if (block.kind === 'item' && !options.lists) continue;
    if (block.section !== section) flush();
    section = block.section;
    const whole = { text: block.text, links: block.links, words: splitWords(block.text, language) };
    for (const piece of whole.words.length > options.maxWords
      ? splitLong(whole, options)
      : [whole]) {
      if (words + piece.words.length > options.maxWords) flush();
      group.push(piece);
      words += piece.words.length;
      if (words >= options.minWords) flush();
    }
  }
  flush();
  return cuts;
}

/** Pieces joined by a newline. */
function join(group: readonly Piece[]): Piece {
  if (group.length === 1) return group[0] as Piece;
  const words: Word[] = [];
  const links: Link[] = [];
  let text = '';
  for (const piece of group) {
    if (text !== '') text += '\n';
    for (const { charStart, charEnd } of piece.words) {
      words.push({ charStart: charStart + text.length, charEnd: charEnd + text.length });
    }
    for (const { charStart, charEnd, target } of piece.links) {
      links.push({ charStart: charStart + text.length, charEnd: charEnd + text.length, target });
    }
    text += piece.text;
  }
  return { text, words, links };
}

const SENTENCE_END = /^(?:[.!?…。！？｡．؟۔।॥։።፧၊။។]|\?!|!\?)$/u;
const CLOSERS = /^["'”’»)\]）」』】›]$/u;

/** Cuts a long piece between sentences into parts of about equal length, none above the most words. */
function splitLong(piece: Piece, { minWords, maxWords }: CutOptions): Piece[] {
  const parts: Piece[] = [];
  let from = 0;
  const { words } = piece;
  while (from < words.length) {
    const left = words.length - from;
    if (left <= maxWords) {
      parts.push(slice(piece, from, words.length));
      break;
    }
    // The rest must not be left too short to be a passage.
    const most = Math.min(maxWords, Math.max(left - minWords, minWords));
    const to = lastBorder(piece, from + minWords, from + most);
    parts.push(slice(piece, from, to));
    from = to;
  }
  return parts;
}

/** The last word index in [least, most] at which a sentence begins; else one at which no link is cut; else `most`. */
function lastBorder({ text, words, links }: Piece, least: number, most: number): number {
  const isFree = (at: number): boolean => {
    const char = (words[at] as Word).charStart;
    return !links.some(({ charStart, charEnd }) => charStart < char && char < charEnd);
  };
  for (let at = most; at >= least; at--)
    if (startsSentence(text, words, at) && isFree(at)) return at;
  for (let at = most; at >= least; at--) if (isFree(at)) return at;
  return most;
}

function startsSentence(text: string, words: readonly Word[], at: number): boolean {
  const wordText = (index: number): string => {
    const word = words[index];
    return word ? text.slice(word.charStart, word.charEnd) : '';
  };
  let mark = at - 1;
  while (CLOSERS.test(wordText(mark))) mark--;
  const end = wordText(mark);
  if (!SENTENCE_END.test(end)) return false;
  if (end !== '.') return true;
  // An initial or an abbreviation before the point, or a small letter or digit after it, ends no sentence.
  return wordText(mark - 1).length > 2 && /^[^\p{Ll}\p{Nd},;:)]/u.test(wordText(at));
}

function slice({ text, words, links }: Piece, from: number, to: number): Piece {
  const start = (words[from] as Word).charStart;
  const end = (words[to - 1] as Word).charEnd;
  return {
    text: text.slice(start, end),
    words: words.slice(from, to).map(({ charStart, charEnd }) => ({
      charStart: charStart - start,
      charEnd: charEnd - start,
    })),
    links: links
      .filter(({ charStart, charEnd }) => charStart >= start && charEnd <= end)
      .map(({ charStart, charEnd, target }) => ({
        charStart: charStart - start,
        charEnd: charEnd - start,
        target,
      })),
  };
}

function toCut(piece: Piece, options: CutOptions, counts: CutCounts): Cut | undefined {
  if (piece.links.length < options.minAnchors) {
    counts.passagesWithFewAnchors++;
    return undefined;
  }
  const anchors = toAnchors(piece, options, counts);
  if (anchors.length < options.minAnchors) {
    counts.passagesWithFewAnchors++;
    return undefined;
  }
  if (MARKUP.test(piece.text)) {
    counts.passagesWithMarkup++;
    return undefined;
  }
  return { text: piece.text, words: piece.words, anchors };
}

/** Links as spans of words; those that begin or end inside a word, or are too long, are left out. */
function toAnchors(
  { text, words, links }: Piece,
  options: CutOptions,
  counts: CutCounts,
): Anchor[] {
  const anchors: Anchor[] = [];
  let start = 0;
  for (const { charStart, charEnd, target } of links) {
    while ((words[start]?.charEnd ?? charStart + 1) <= charStart) start++;
    let end = start;
    while ((words[end]?.charEnd ?? charEnd + 1) <= charEnd) end++;
    if (words[start]?.charStart !== charStart || words[end - 1]?.charEnd !== charEnd)
      counts.anchorsInsideWords++;
    else if (end - start > options.maxAnchorWords) counts.anchorsTooLong++;
    else if (!options.numericAnchors && !/\p{L}/u.test(text.slice(charStart, charEnd)))
      counts.anchorsNumeric++;
    else anchors.push({ start, end, target });
  }
  return anchors;
}

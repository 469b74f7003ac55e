/** Text → words with exact offsets: a rule for spaced scripts, ICU's dictionaries for unspaced ones. */
import type { Word } from './passage.js';

/** Languages written without spaces between words (with their Wikipedias' codes). */
const UNSPACED = new Set([
  'ja',
  'zh',
  'th',
  'km',
  'lo',
  'my',
  'wuu',
  'gan',
  'zh-classical',
  'lzh',
  'zh-yue',
  'yue',
  'bo',
  'dz',
  'shn',
]);

/** Whether the language's script separates words by spaces; a code with a region or script counts as its base. */
export function isSpaced(language: string): boolean {
  return !UNSPACED.has(language) && !UNSPACED.has(language.split('-', 1)[0] as string);
}

/**
 * The words of `text`, in order, without white space; each character that shows is in exactly one word.
 *
 * Spaced scripts: a word is a maximal run of letters, marks and digits, with joiners between letters and a point or
 * comma between digits (`3.14`, `1,000`) inside it; every other character is a word of its own, so an apostrophe or a
 * hyphen splits (`l'arbre` → `l ' arbre`). Unspaced scripts: the words of `Intl.Segmenter`.
 */
export function splitWords(text: string, language: string): Word[] {
  return toWords(wordSplitter(language)(text));
}

/** Word offsets in one flat array, start and end of each word in turn: the form used while extracting. */
export type WordSplitter = (text: string) => number[];

/** The rule that splits the words of a language. */
export function wordSplitter(language: string): WordSplitter {
  if (isSpaced(language)) return splitSpaced;
  const segmenter = new Intl.Segmenter(language.split('-', 1)[0], { granularity: 'word' });
  return (text) => {
    const offsets: number[] = [];
    for (const { segment, index } of segmenter.segment(text)) {
      if (/\S/.test(segment)) offsets.push(index, index + segment.length);
    }
    return offsets;
  };
}

/** Flat offsets as words. */
export function toWords(offsets: readonly number[]): Word[] {
  const words: Word[] = [];
  for (let i = 0; i < offsets.length; i += 2) {
    words.push({ charStart: offsets[i] as number, charEnd: offsets[i + 1] as number });
  }
  return words;
}

const SPACE = 0;
const LETTER = 1;
const DIGIT = 2;
const JOINER = 3;
const POINT = 4;
const OTHER = 5;
/** Set beside the class of a character of two units. */
const ASTRAL = 8;

/** Between two letters these belong to the word: soft hyphen, Catalan middle dot, Hebrew quotes, zero-width joiners. */
const JOINERS = new Set([0xad, 0xb7, 0x5f3, 0x5f4, 0x200c, 0x200d]);

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  if (JOINERS.has(codePoint)) return JOINER;
  if (character === '.' || character === ',') return POINT;
  if (/\p{Nd}/u.test(character)) return DIGIT;
  if (/[\p{L}\p{M}\p{N}_]/u.test(character)) return LETTER;
  return /[\s\p{Cc}\u200b\u200e\u200f\u2060\ufeff]/u.test(character) ? SPACE : OTHER;
}

/** Class of each UTF-16 unit; above `OTHER` where it is not known yet, or where it takes the next unit to know. */
const UNKNOWN = 255;
const classes = new Uint8Array(0x10000).fill(UNKNOWN);

/** The class of the character at `index` where the table does not say it, with `ASTRAL` set if it has two units. */
function classOf(text: string, index: number): number {
  const codePoint = text.codePointAt(index) as number;
  if (codePoint > 0xffff) return classify(codePoint) | ASTRAL;
  const found = codePoint >= 0xd800 && codePoint < 0xe000 ? OTHER : classify(codePoint);
  if (codePoint < 0xd800 || codePoint >= 0xdc00) classes[codePoint] = found;
  return found;
}

/** The class of the character at `index`, however many units it has. */
function classAt(text: string, index: number): number {
  const known = classes[text.charCodeAt(index)] as number;
  return known > OTHER ? classOf(text, index) & ~ASTRAL : known;
}

function splitSpaced(text: string): number[] {
  const offsets: number[] = [];
  const { length } = text;
  for (let i = 0; i < length; ) {
    const start = i;
    let kind = classes[text.charCodeAt(i++)] as number;
    if (kind > OTHER) {
      kind = classOf(text, start);
      if (kind >= ASTRAL) i++;
      kind &= ~ASTRAL;
    }
    if (kind === SPACE) continue;
    while (kind <= DIGIT && i < length) {
      let next = classes[text.charCodeAt(i)] as number;
      if (next > OTHER) next = classOf(text, i);
      if ((next & ~ASTRAL) <= DIGIT && next !== SPACE) {
        kind = next & ~ASTRAL;
        i += next >= ASTRAL ? 2 : 1;
      } else if (next >= JOINER && i + 1 < length && joins(kind, next, classAt(text, i + 1))) {
        i++;
      } else break;
    }
    offsets.push(start, i);
  }
  return offsets;
}

const joins = (before: number, between: number, after: number): boolean =>
  (between === JOINER && (after === LETTER || after === DIGIT)) ||
  (between === POINT && before === DIGIT && after === DIGIT);

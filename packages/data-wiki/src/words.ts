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
 * The words of `text`, in order, without white space; each character that is no white space is in exactly one word.
 *
 * Spaced scripts: a word is a maximal run of letters, marks and digits, with joiners between letters and a point or
 * comma between digits (`3.14`, `1,000`) inside it; every other character is a word of its own, so an apostrophe or a
 * hyphen splits (`l'arbre` → `l ' arbre`). Unspaced scripts: the words of `Intl.Segmenter`.
 */
export function splitWords(text: string, language: string): Word[] {
  return isSpaced(language) ? splitSpaced(text) : splitUnspaced(text, language);
}

const SPACE = 0;
const LETTER = 1;
const DIGIT = 2;
const JOINER = 3;
const POINT = 4;
const OTHER = 5;

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

/** The class of each UTF-16 unit + 1, found when first asked; 0 is not asked yet. */
const classes = new Uint8Array(0x10000);

function classAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit >= 0xd800 && unit < 0xdc00) return classify(text.codePointAt(index) as number);
  const known = classes[unit] as number;
  if (known > 0) return known - 1;
  const found = classify(unit);
  classes[unit] = found + 1;
  return found;
}

const isWordly = (kind: number): boolean => kind === LETTER || kind === DIGIT;

/** Code units of the character at `index`. */
const width = (text: string, index: number): number =>
  (text.codePointAt(index) as number) > 0xffff ? 2 : 1;

function splitSpaced(text: string): Word[] {
  const words: Word[] = [];
  for (let i = 0; i < text.length; ) {
    let kind = classAt(text, i);
    const charStart = i;
    i += width(text, i);
    if (kind === SPACE) continue;
    while (i < text.length && isWordly(kind)) {
      const next = classAt(text, i);
      if (isWordly(next)) {
        kind = next;
        i += width(text, i);
      } else if (i + 1 < text.length && joins(kind, next, classAt(text, i + 1))) {
        i++;
      } else break;
    }
    words.push({ charStart, charEnd: i });
  }
  return words;
}

const joins = (before: number, between: number, after: number): boolean =>
  (between === JOINER && isWordly(before) && isWordly(after)) ||
  (between === POINT && before === DIGIT && after === DIGIT);

const segmenters = new Map<string, Intl.Segmenter>();

function splitUnspaced(text: string, language: string): Word[] {
  let segmenter = segmenters.get(language);
  if (!segmenter) {
    segmenter = new Intl.Segmenter(language.split('-', 1)[0], { granularity: 'word' });
    segmenters.set(language, segmenter);
  }
  const words: Word[] = [];
  for (const { segment, index } of segmenter.segment(text)) {
    if (/\S/.test(segment)) words.push({ charStart: index, charEnd: index + segment.length });
  }
  return words;
}

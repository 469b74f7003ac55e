/** Text → words with exact offsets: a rule for spaced scripts, ICU's dictionaries for unspaced ones. */
import { IntList, Units } from './units.js';
import type { Word } from './word.js';

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
  const offsets = new IntList();
  wordSplitter(language)(Units.of(text), { start: 0, end: text.length, offsets });
  return toWords({ offsets: offsets.values, start: 0, end: offsets.length / 2, base: 0 });
}

/** Adds start and end of each word of the units [start, end) to `offsets`. */
export type WordSplitter = (
  text: Units,
  range: { readonly start: number; readonly end: number; readonly offsets: IntList },
) => void;

/** A character that is no white space, and no mark without width of its own. */
const SHOWS = /[^\s\p{Cc}\u200b\u200e\u200f\u2060\ufeff]/u;

/** The rule that splits the words of a language. */
export function wordSplitter(language: string): WordSplitter {
  if (isSpaced(language)) return splitSpaced;
  const segmenter = new Intl.Segmenter(language.split('-', 1)[0], { granularity: 'word' });
  return (text, { start, end, offsets }) => {
    offsets.reserve(2 * (end - start));
    const { values } = offsets;
    for (const { segment, index } of segmenter.segment(text.slice(start, end))) {
      if (!SHOWS.test(segment)) continue;
      values[offsets.length++] = start + index;
      values[offsets.length++] = start + index + segment.length;
    }
  };
}

/** Some words of a page while it is read: flat offsets, of which those of the words [start, end), seen from `base`. */
export interface WordRange {
  readonly offsets: ArrayLike<number>;
  readonly start: number;
  readonly end: number;
  readonly base: number;
}

export function toWords({ offsets, start, end, base }: WordRange): Word[] {
  const words: Word[] = [];
  for (let i = 2 * start; i < 2 * end; i += 2) {
    const [from, to] = [offsets[i] as number, offsets[i + 1] as number];
    words.push({ charStart: from - base, charEnd: to - base });
  }
  return words;
}

const LETTER = 0;
const DIGIT = 1;
const SPACE = 2;
const JOINER = 4;
const POINT = 5;
const OTHER = 6;
/** The bits of letters, digits and spaces, and of no other class. */
const PLAIN = 3;
/** Set beside the class of a character of two units. */
const ASTRAL = 8;

/** Between two letters these belong to the word: soft hyphen, Catalan middle dot, Armenian accents, Hebrew quotes, zero-width joiners. */
const JOINERS = new Set([0xad, 0xb7, 0x55b, 0x55c, 0x55e, 0x5f3, 0x5f4, 0x200c, 0x200d]);

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  if (JOINERS.has(codePoint)) return JOINER;
  if (character === '.' || character === ',') return POINT;
  if (/\p{Nd}/u.test(character)) return DIGIT;
  if (/[\p{L}\p{M}\p{N}_]/u.test(character)) return LETTER;
  return SHOWS.test(character) ? OTHER : SPACE;
}

/** Class of each UTF-16 unit; above `OTHER` where it is not known yet, or where it takes the next unit to know. */
const UNKNOWN = 255;
const classes = new Uint8Array(0x10000).fill(UNKNOWN);

/** The class of the character at `index` where the table does not say it, with `ASTRAL` set if it has two units. */
function classOf(units: Uint16Array, index: number, end: number): number {
  const unit = units[index] as number;
  const next = index + 1 < end ? (units[index + 1] as number) : 0;
  const isHigh = unit >= 0xd800 && unit < 0xdc00;
  if (isHigh && next >= 0xdc00 && next < 0xe000)
    return classify(0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00)) | ASTRAL;
  const found = unit >= 0xd800 && unit < 0xe000 ? OTHER : classify(unit);
  if (!isHigh) classes[unit] = found;
  return found;
}

const splitSpaced: WordSplitter = ({ values: units }, { start, end, offsets }) => {
  offsets.reserve(2 * (end - start) + 2);
  const { values } = offsets;
  let count = offsets.length;
  /** 1 between words, 0 in one. */
  let outside = 1;
  for (let i = start; i < end; ) {
    const kind = classes[units[i] as number] as number;
    if (kind <= PLAIN && i + 4 <= end) {
      // Most often others of these classes follow: four at once.
      const second = classes[units[i + 1] as number] as number;
      const third = classes[units[i + 2] as number] as number;
      const fourth = classes[units[i + 3] as number] as number;
      if ((second | third | fourth) <= PLAIN) {
        // Without a branch: a place that is no border of a word is written over by the next.
        values[count] = i;
        count += (kind >> 1) ^ outside;
        values[count] = i + 1;
        count += (kind ^ second) >> 1;
        values[count] = i + 2;
        count += (second ^ third) >> 1;
        values[count] = i + 3;
        count += (third ^ fourth) >> 1;
        outside = fourth >> 1;
        i += 4;
        continue;
      }
    }
    const known = kind > OTHER ? classOf(units, i, end) : kind;
    const size = known >= ASTRAL ? 2 : 1;
    const own = known & ~ASTRAL;
    const goesOn = own <= DIGIT || (outside === 0 && isJoiner(units, { at: i, end, own }));
    if (goesOn === (outside === 1)) values[count++] = i;
    outside = goesOn ? 0 : 1;
    i += size;
    if (goesOn || own === SPACE) continue;
    values[count++] = i - size;
    values[count++] = i;
  }
  if (outside === 0) values[count++] = end;
  offsets.length = count;
};

/** Whether the character of class `own` at `at`, behind a letter or digit, belongs to the word that goes on behind it. */
function isJoiner(
  units: Uint16Array,
  { at, end, own }: { at: number; end: number; own: number },
): boolean {
  if (own === OTHER || own === SPACE || at + 1 >= end) return false;
  const after = classAt(units, at + 1, end);
  return own === JOINER ? after <= DIGIT : after === DIGIT && classBefore(units, at) === DIGIT;
}

/** The class of the character that ends before `index`. */
function classBefore(units: Uint16Array, index: number): number {
  const unit = units[index - 1] as number;
  const isLow = unit >= 0xdc00 && unit < 0xe000;
  return isLow ? classAt(units, index - 2, index) : (classes[unit] as number);
}

/** The class of the character at `index`, however many units it has. */
function classAt(units: Uint16Array, index: number, end: number): number {
  const known = classes[units[index] as number] as number;
  return known > OTHER ? classOf(units, index, end) & ~ASTRAL : known;
}

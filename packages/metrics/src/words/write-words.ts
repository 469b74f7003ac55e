/**
 * UTF-16 units → words: a rule for scripts with spaces, ICU's dictionaries for those without. In one file, since the engine
 * looks up what another module exports at each use.
 */

const LETTER = 0;
const DIGIT = 1;
const SPACE = 2;
/** The bits of letters, digits and spaces, and of no other class. */
const PLAIN = 3;
/** A letter of a script without spaces. */
const UNSPACED = 4;
const JOINER = 5;
const POINT = 6;
const OTHER = 7;
/** Set beside the class of a character of two units. */
const ASTRAL = 8;

/** Between two letters these belong to the word: soft hyphen, Catalan middle dot, Armenian accents, Hebrew quotes, zero-width joiners. */
const JOINERS = new Set([0xad, 0xb7, 0x55b, 0x55c, 0x55e, 0x5f3, 0x5f4, 0x200c, 0x200d]);

/** A character that is no white space, and no mark without width of its own. */
const SHOWS = /[^\s\p{Cc}\u200b\u200e\u200f\u2060\ufeff]/u;

/** Of a script that does not separate words. */
const HAS_NO_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  if (JOINERS.has(codePoint)) return JOINER;
  if (character === '.' || character === ',') return POINT;
  if (/\p{Nd}/u.test(character)) return DIGIT;
  if (/[\p{L}\p{M}\p{N}_]/u.test(character))
    return HAS_NO_SPACES.test(character) ? UNSPACED : LETTER;
  return SHOWS.test(character) ? OTHER : SPACE;
}

const UNKNOWN = 255;
/** Class of each UTF-16 unit; above `OTHER` where it is not known yet, or where it takes the next unit to know. */
const classes = new Uint8Array(0x10000).fill(UNKNOWN);

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/** The class of the character at `index` where the table does not say it, with `ASTRAL` set if it has two units. */
function classOf(units: Uint16Array, index: number, end: number): number {
  const unit = units[index] as number;
  const next = index + 1 < end ? (units[index + 1] as number) : 0;
  if (isHigh(unit) && next >= 0xdc00 && next < 0xe000)
    return classify(0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00)) | ASTRAL;
  const found = unit >= 0xd800 && unit < 0xe000 ? OTHER : classify(unit);
  if (!isHigh(unit)) classes[unit] = found;
  return found;
}

/** The class of the character at `index`, however many units it has. */
function classAt(units: Uint16Array, index: number, end: number): number {
  const known = classes[units[index] as number] as number;
  return known > OTHER ? classOf(units, index, end) & ~ASTRAL : known;
}

/** The class of the character that ends before `index`. */
function classBefore(units: Uint16Array, index: number): number {
  const unit = units[index - 1] as number;
  const isLow = unit >= 0xdc00 && unit < 0xe000;
  return isLow ? classAt(units, index - 2, index) : (classes[unit] as number);
}

/** Whether a character of this class is in a word of others, wherever it stands. */
const isInside = (own: number): boolean => own <= DIGIT || own === UNSPACED;

/** Where to look, and where to write. */
export interface WordPlaces {
  /** Units [start, end) of the text. */
  readonly start: number;
  readonly end: number;
  /** Flat: start and end of each word. Holds `count` numbers, and has room for 2 · (end − start) + 2 more. */
  readonly offsets: Int32Array;
  readonly count: number;
}

/**
 * Writes start and end of each word of UTF-16 units behind the numbers that `offsets` holds, as `splitWords` finds them,
 * and gives how many numbers it holds now. For texts by the gigabyte: no string or object is made of a word.
 */
export function writeWords(
  units: Uint16Array,
  { start, end, offsets, count: before }: WordPlaces,
): number {
  let count = before;
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
        offsets[count] = i;
        count += (kind >> 1) ^ outside;
        offsets[count] = i + 1;
        count += (kind ^ second) >> 1;
        offsets[count] = i + 2;
        count += (second ^ third) >> 1;
        offsets[count] = i + 3;
        count += (third ^ fourth) >> 1;
        outside = fourth >> 1;
        i += 4;
        continue;
      }
    }
    const known = kind > OTHER ? classOf(units, i, end) : kind;
    const size = known >= ASTRAL ? 2 : 1;
    const own = known & ~ASTRAL;
    if (own === UNSPACED) {
      const from = outside === 0 ? (offsets[--count] as number) : i;
      i = runEnd(units, i, end);
      count = writeSegments(units, { start: from, end: i, offsets, count });
      outside = 1;
      continue;
    }
    const goesOn = own <= DIGIT || (outside === 0 && isJoiner(units, { at: i, end, own }));
    if (goesOn === (outside === 1)) offsets[count++] = i;
    outside = goesOn ? 0 : 1;
    i += size;
    if (goesOn || own === SPACE) continue;
    offsets[count++] = i - size;
    offsets[count++] = i;
  }
  if (outside === 0) offsets[count++] = end;
  return count;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
/** Units that are segmented at once: the segmenter's time grows with the square of their number. */
const WINDOW = 500;

/** Writes the words of a run of letters and digits as ICU's dictionaries cut it. */
function writeSegments(
  units: Uint16Array,
  { start, end, offsets, count: before }: WordPlaces,
): number {
  let count = before;
  for (let from = start; from < end; ) {
    let to = Math.min(end, from + WINDOW);
    if (to < end && isHigh(units[to - 1] as number)) to--;
    const segments = [...segmenter.segment(String.fromCharCode(...units.subarray(from, to)))];
    // The last word may go on behind the window.
    if (to < end && segments.length > 1) segments.pop();
    const base = from;
    for (const { segment, index } of segments) {
      offsets[count++] = base + index;
      from = base + index + segment.length;
      offsets[count++] = from;
    }
  }
  return count;
}

/** Where the run of letters and digits ends that goes on at `start`. */
function runEnd(units: Uint16Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const own = classAt(units, at, end);
    if (!isInside(own) && !isJoiner(units, { at, end, own })) break;
    at += isHigh(units[at] as number) ? 2 : 1;
  }
  return at;
}

/** Whether the character of class `own` at `at`, behind a letter or digit, belongs to the word that goes on behind it. */
function isJoiner(
  units: Uint16Array,
  { at, end, own }: { at: number; end: number; own: number },
): boolean {
  if (own === OTHER || own === SPACE || at + 1 >= end) return false;
  const after = classAt(units, at + 1, end);
  return own === JOINER ? isInside(after) : after === DIGIT && classBefore(units, at) === DIGIT;
}

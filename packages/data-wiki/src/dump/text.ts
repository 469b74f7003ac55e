/** Bytes of XML text → UTF-16 units, in one pass: UTF-8, ends of lines, XML's entities and character references. */
import { BEHIND, IS_MARK, type Wikitext } from '../wikitext/wikitext.js';

const [NEWLINE, RETURN, AMPERSAND, SEMICOLON] = [0x0a, 0x0d, 0x26, 0x3b];
/** A reference, without its ampersand, is no longer. */
const MAX_REFERENCE = 32;

/** What each byte of UTF-8 is; plain text is 0. */
const [MARK, REFERENCE, LINE_END, LONGER] = [1, 2, 3, 4];
const KINDS = new Uint8Array(256).fill(LONGER, 128);
KINDS.set(IS_MARK);
KINDS[AMPERSAND] = REFERENCE;
KINDS[RETURN] = LINE_END;

/** Puts the text of `bytes` into `text`. What is no UTF-8 gives U+FFFD; every end of a line is one newline (XML 2.11). */
export function decodeText(bytes: Buffer, text: Wikitext): void {
  if (!decodeUtf8(bytes, text)) decodeUtf8(Buffer.from(bytes.toString('utf8')), text);
}

/** False where the bytes are not wholly UTF-8. */
function decodeUtf8(bytes: Buffer, text: Wikitext): boolean {
  const { marks } = text;
  text.reserve(bytes.length);
  marks.length = 0;
  marks.reserve(bytes.length + 1);
  const { values } = text;
  const places = marks.values;
  let count = 0;
  const { length } = bytes;
  const lastFour = length - 4;
  let at = 0;
  for (let i = 0; i < length; ) {
    const byte = bytes[i] as number;
    const kind = KINDS[byte] as number;
    if (kind <= MARK && i <= lastFour) {
      // Most often others of the kind follow: four at once.
      const second = bytes[i + 1] as number;
      const third = bytes[i + 2] as number;
      const fourth = bytes[i + 3] as number;
      const kinds = kind | KINDS[second]! | KINDS[third]! | KINDS[fourth]!;
      if (kinds <= MARK) {
        values[at] = byte;
        values[at + 1] = second;
        values[at + 2] = third;
        values[at + 3] = fourth;
        if (kinds === MARK) {
          // Without a branch for each: a place is written over by the next where there is no mark.
          places[count] = at;
          count += kind;
          places[count] = at + 1;
          count += KINDS[second]!;
          places[count] = at + 2;
          count += KINDS[third]!;
          places[count] = at + 3;
          count += KINDS[fourth]!;
        }
        at += 4;
        i += 4;
        continue;
      }
    }
    i++;
    if (kind <= MARK) {
      places[count] = at;
      count += kind;
      values[at++] = byte;
    } else if (kind === LONGER) {
      const second = (bytes[i++] as number) ^ 0x80; // six bits where it continues a character
      if (byte < 0xe0) {
        if (byte < 0xc2 || second > 0x3f) return false;
        values[at++] = ((byte & 0x1f) << 6) | second;
        continue;
      }
      const third = (bytes[i++] as number) ^ 0x80;
      let code = ((byte & 0x0f) << 12) | (second << 6) | third;
      if (second > 0x3f || third > 0x3f) return false;
      if (byte < 0xf0) {
        if (code < 0x800 || (code >= 0xd800 && code < 0xe000)) return false;
        values[at++] = code;
        continue;
      }
      const fourth = (bytes[i++] as number) ^ 0x80;
      code = ((byte & 0x07) << 18) | (second << 12) | (third << 6) | fourth;
      if (byte > 0xf4 || fourth > 0x3f || code < 0x10000 || code > 0x10ffff) return false;
      values[at++] = 0xd7c0 + (code >> 10);
      values[at++] = 0xdc00 | (code & 0x3ff);
    } else {
      let unit = byte;
      if (kind === LINE_END) {
        unit = NEWLINE;
        if (bytes[i] === NEWLINE) i++;
      } else if (kind === REFERENCE) {
        const value = unescapeAt(bytes, i);
        unit = value?.charCodeAt(0) ?? AMPERSAND;
        if (value !== undefined) while (bytes[i++] !== SEMICOLON);
        if (value?.length === 2) {
          values[at++] = unit;
          unit = value.charCodeAt(1);
        }
      }
      if (unit < IS_MARK.length && IS_MARK[unit] === 1) places[count++] = at;
      values[at++] = unit;
    }
  }
  places[count] = BEHIND;
  marks.length = count;
  text.end(at);
  return true;
}
/** What the reference behind an ampersand stands for, or undefined. */
function unescapeAt(bytes: Buffer, i: number): string | undefined {
  // Those that a dump is full of are told by their letters.
  const first = bytes[i];
  const second = bytes[i + 1];
  const third = bytes[i + 2];
  if (second === 0x74 && third === SEMICOLON) {
    if (first === 0x6c) return '<';
    if (first === 0x67) return '>';
  } else if (first === 0x71 && second === 0x75 && third === 0x6f) {
    if (bytes[i + 3] === 0x74 && bytes[i + 4] === SEMICOLON) return '"';
  } else if (first === 0x61 && second === 0x6d && third === 0x70) {
    if (bytes[i + 3] === SEMICOLON) return '&';
  }
  const name = bytes.toString('latin1', i, i + MAX_REFERENCE);
  const end = name.indexOf(';');
  return end < 0 ? undefined : referred(name.slice(0, end));
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  amp: '&',
  apos: "'",
};

/** The five entities of XML and its character references in `text`, decoded once. */
export function unescapeXml(text: string): string {
  return text.replace(/&([^&;]+);/g, (whole, name) => referred(name) ?? whole);
}

function referred(name: string): string | undefined {
  const [, decimal, hex] = /^#(?:(\d+)|x([0-9a-fA-F]+))$/.exec(name) ?? [];
  if (decimal === undefined && hex === undefined)
    return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
  const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
  return code > 0x10ffff ? undefined : String.fromCodePoint(code);
}

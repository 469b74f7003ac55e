/** Text → the inside of a JSON string as UTF-8 bytes, as `JSON.stringify` writes it. */

/** A unit of text takes no more bytes: `\u001f`. */
export const MAX_UNIT_BYTES = 6;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** 0 for each unit that is one byte and stands for itself. */
const IS_SPECIAL = new Uint8Array(0x10000).fill(1).fill(0, 0x20, 0x80);
IS_SPECIAL[QUOTE] = 1;
IS_SPECIAL[BACKSLASH] = 1;

/** Writes the units [start, end) to `bytes` at `at`, where there is room, and gives where they end. */
export function writeJsonText(
  bytes: Uint8Array,
  at: number,
  { units, start, end }: { units: Uint16Array; start: number; end: number },
): number {
  let to = at;
  for (let i = start; i < end; i++) {
    const unit = units[i] as number;
    if (IS_SPECIAL[unit] === 0) {
      bytes[to++] = unit;
      // Most often others of the kind follow: four at once.
      for (; i + 4 < end; i += 4, to += 4) {
        const first = units[i + 1] as number;
        const second = units[i + 2] as number;
        const third = units[i + 3] as number;
        const fourth = units[i + 4] as number;
        if (IS_SPECIAL[first] || IS_SPECIAL[second] || IS_SPECIAL[third] || IS_SPECIAL[fourth])
          break;
        bytes[to] = first;
        bytes[to + 1] = second;
        bytes[to + 2] = third;
        bytes[to + 3] = fourth;
      }
    } else if (unit < 0x80) {
      to = writeEscape(bytes, to, unit);
    } else if (unit < 0x800) {
      bytes[to++] = 0xc0 | (unit >> 6);
      bytes[to++] = 0x80 | (unit & 0x3f);
    } else if (unit < 0xd800 || unit > 0xdfff) {
      bytes[to++] = 0xe0 | (unit >> 12);
      bytes[to++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[to++] = 0x80 | (unit & 0x3f);
    } else {
      const low = i + 1 < end ? (units[i + 1] as number) : 0;
      if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff) {
        to = writeEscape(bytes, to, unit);
        continue;
      }
      i++;
      const code = 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
      bytes[to++] = 0xf0 | (code >> 18);
      bytes[to++] = 0x80 | ((code >> 12) & 0x3f);
      bytes[to++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[to++] = 0x80 | (code & 0x3f);
    }
  }
  return to;
}

function writeEscape(bytes: Uint8Array, at: number, unit: number): number {
  const text = JSON.stringify(String.fromCharCode(unit)).slice(1, -1);
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** Drafts → JSON lines as bytes. Writes offsets digit by digit, since they are most of what there is to write. */
import type { Draft } from '../passage.js';

/** The names before a word's two numbers as 32-bit units; the last unit is filled up and written over. */
const CHAR_START = '{"charStart":';
const CHAR_END = ',"charEnd":';
const START_UNITS = toUnits(CHAR_START);
const END_UNITS = toUnits(CHAR_END);
/** Bytes that a word takes at most: both names, two numbers, brackets, comma, and what is written over. */
const WORD_BYTES = 64;
const COMMA = 44;
const CLOSE_BRACE = 125;
const ZERO = 48;

function toUnits(text: string): Uint32Array {
  const bytes = Buffer.from(text.padEnd(Math.ceil(text.length / 4) * 4));
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32BE(4 * i));
}

/** Collects lines; each is `JSON.stringify` of the draft's passage, and a newline. */
export class LineBuffer {
  private bytes = Buffer.alloc(1 << 16);
  private view = new DataView(this.bytes.buffer, this.bytes.byteOffset);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** Adds a line and gives the offset at which it ends. */
  add({ language, pageId, title, text, offsets, anchors }: Draft): number {
    const head = `{"language":${JSON.stringify(language)},"pageId":${pageId},"title":${JSON.stringify(title)},"text":${JSON.stringify(text)},"words":[`;
    const tail = `],"anchors":${JSON.stringify(anchors)}}\n`;
    this.reserve(3 * (head.length + tail.length) + (offsets.length / 2) * WORD_BYTES);
    this.used += this.bytes.write(head, this.used);
    const { bytes, view } = this;
    let at = this.used;
    for (let i = 0; i < offsets.length; i += 2) {
      if (i > 0) bytes[at++] = COMMA;
      for (let k = 0; k < START_UNITS.length; k++)
        view.setUint32(at + 4 * k, START_UNITS[k] as number);
      at = writeDigits(bytes, at + CHAR_START.length, offsets[i] as number);
      for (let k = 0; k < END_UNITS.length; k++) view.setUint32(at + 4 * k, END_UNITS[k] as number);
      at = writeDigits(bytes, at + CHAR_END.length, offsets[i + 1] as number);
      bytes[at++] = CLOSE_BRACE;
    }
    this.used = at;
    this.used += this.bytes.write(tail, this.used);
    return this.used;
  }

  /** The lines so far, as bytes of their own; the buffer is empty afterwards. */
  take(): Uint8Array {
    const lines = new Uint8Array(this.bytes.subarray(0, this.used));
    this.used = 0;
    return lines;
  }

  private reserve(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const larger = Buffer.alloc(2 * (this.used + more));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
    this.view = new DataView(larger.buffer, larger.byteOffset);
  }
}

/** Writes a whole number in decimal digits and gives where it ends. */
function writeDigits(bytes: Uint8Array, at: number, value: number): number {
  const end =
    at +
    (value < 10
      ? 1
      : value < 100
        ? 2
        : value < 1000
          ? 3
          : value < 10_000
            ? 4
            : String(value).length);
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const tens = (rest / 10) | 0;
    bytes[i] = ZERO + rest - 10 * tens;
    rest = tens;
  }
  return end;
}

/** Drafts → JSON lines as bytes. Writes offsets digit by digit, since they are most of what there is to write. */
import type { Anchor, Draft } from '../passage.js';

/** What stands before the numbers of a word, in pieces of eight bytes; the last piece is filled up and written over. */
const FIRST_START = pieces('{"charStart":');
const NEXT_START = pieces('},{"charStart":');
const CHAR_END = pieces(',"charEnd":');
/** Bytes that a word takes at most: both names in whole pieces and two numbers. */
const WORD_BYTES = 64;

/** Eight bytes of ASCII as a float64 of the same bits: the widest unit that is written at once. */
function pieces(text: string): {
  readonly values: readonly [number, number];
  readonly length: number;
} {
  const bytes = Buffer.from(text.padEnd(16));
  return { values: [bytes.readDoubleBE(0), bytes.readDoubleBE(8)], length: text.length };
}

/** The digits of each number below 10,000, as four bytes from the left; and how many they are. */
const DIGITS = new Uint32Array(10_000);
const DIGIT_COUNTS = new Uint8Array(DIGITS.length);
for (let value = 0; value < DIGITS.length; value++) {
  const tens = Math.floor(value / 10);
  const before = tens > 0 ? (DIGIT_COUNTS[tens] as number) : 0;
  DIGITS[value] =
    (tens > 0 ? (DIGITS[tens] as number) : 0) | ((0x30 + (value % 10)) << (24 - 8 * before));
  DIGIT_COUNTS[value] = before + 1;
}

/** Collects lines; each is `JSON.stringify` of the draft's passage, and a newline. */
export class LineBuffer {
  private bytes: Buffer;
  private view: DataView;
  private used = 0;

  constructor(capacity = 1 << 16) {
    this.bytes = Buffer.from(new ArrayBuffer(capacity));
    this.view = new DataView(this.bytes.buffer);
  }

  get length(): number {
    return this.used;
  }

  /** Adds a line and gives the offset at which it ends. */
  add({ language, pageId, title, text, words, anchors }: Draft): number {
    const head = `{"language":${JSON.stringify(language)},"pageId":${pageId},"title":${JSON.stringify(title)},"text":${JSON.stringify(text)},"words":[`;
    const { offsets, start, end, base } = words;
    this.reserve(3 * head.length + (end - start) * WORD_BYTES);
    this.used += this.bytes.write(head, this.used);
    const { view } = this;
    let at = this.used;
    for (let i = 2 * start; i < 2 * end; i += 2) {
      at = writePieces(view, at, i === 2 * start ? FIRST_START : NEXT_START);
      at = writeNumber(view, at, (offsets[i] as number) - base);
      at = writePieces(view, at, CHAR_END);
      at = writeNumber(view, at, (offsets[i + 1] as number) - base);
    }
    this.used = at;
    const tail = `${start < end ? '}' : ''}],"anchors":[${anchors.map(toJson).join()}]}\n`;
    this.reserve(3 * tail.length);
    this.used += this.bytes.write(tail, this.used);
    return this.used;
  }

  /** The lines so far, as bytes of their own; the buffer is empty afterwards. */
  take(): Uint8Array {
    const lines = new Uint8Array(this.bytes.subarray(0, this.used));
    this.used = 0;
    return lines;
  }

  /** The lines so far in the memory that they were written to; the buffer goes on in `memory`. */
  handOver(memory = new ArrayBuffer(this.bytes.length)): Uint8Array<ArrayBuffer> {
    const lines = new Uint8Array(this.bytes.buffer as ArrayBuffer, 0, this.used);
    this.bytes = Buffer.from(memory);
    this.view = new DataView(memory);
    this.used = 0;
    return lines;
  }

  private reserve(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const larger = Buffer.from(new ArrayBuffer(2 * (this.used + more)));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

const toJson = ({ start, end, target }: Anchor): string =>
  `{"start":${start},"end":${end},"target":${JSON.stringify(target)}}`;

function writePieces(
  view: DataView,
  at: number,
  { values, length }: ReturnType<typeof pieces>,
): number {
  view.setFloat64(at, values[0]);
  view.setFloat64(at + 8, values[1]);
  return at + length;
}

/** Writes a whole number in decimal digits and gives where it ends. */
function writeNumber(view: DataView, at: number, value: number): number {
  if (value < DIGITS.length) {
    view.setUint32(at, DIGITS[value] as number);
    return at + (DIGIT_COUNTS[value] as number);
  }
  const digits = String(value);
  for (let i = 0; i < digits.length; i++) view.setUint8(at + i, digits.charCodeAt(i));
  return at + digits.length;
}

/** Drafts → JSON lines as bytes. Writes offsets digit by digit, since they are most of what there is to write. */
import type { Draft } from '../passage.js';

const CHAR_START = Uint8Array.from(Buffer.from('{"charStart":'));
const CHAR_END = Uint8Array.from(Buffer.from(',"charEnd":'));
const ZERO = 48;
const COMMA = 44;
const CLOSE_BRACE = 125;
/** Bytes that a word takes at most: both names, two numbers, brackets and comma. */
const WORD_BYTES = 60;

/** Collects lines; each is `JSON.stringify` of the draft's passage, and a newline. */
export class LineBuffer {
  private bytes = Buffer.allocUnsafe(1 << 16);
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
    const { bytes } = this;
    let at = this.used;
    for (let i = 0; i < offsets.length; i += 2) {
      if (i > 0) bytes[at++] = COMMA;
      for (let k = 0; k < CHAR_START.length; k++) bytes[at++] = CHAR_START[k] as number;
      at = writeDigits(bytes, at, offsets[i] as number);
      for (let k = 0; k < CHAR_END.length; k++) bytes[at++] = CHAR_END[k] as number;
      at = writeDigits(bytes, at, offsets[i + 1] as number);
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
    const larger = Buffer.allocUnsafe(2 * (this.used + more));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}

/** Writes a whole number in decimal digits and gives where it ends. */
function writeDigits(bytes: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let rest = value; rest >= 10; rest = (rest / 10) | 0) end++;
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const tens = (rest / 10) | 0;
    bytes[i] = ZERO + rest - 10 * tens;
    rest = tens;
  }
  return end;
}

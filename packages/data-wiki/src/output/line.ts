/** Drafts → JSON lines as bytes. Writes offsets digit by digit, since they are most of what there is to write. */
import type { Draft } from '../passage.js';

const CHAR_START = Buffer.from('{"charStart":');
const CHAR_END = Buffer.from(',"charEnd":');
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
    for (let i = 0; i < offsets.length; i += 2) {
      if (i > 0) this.bytes[this.used++] = COMMA;
      this.copy(CHAR_START);
      this.digits(offsets[i] as number);
      this.copy(CHAR_END);
      this.digits(offsets[i + 1] as number);
      this.bytes[this.used++] = CLOSE_BRACE;
    }
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

  private copy(part: Buffer): void {
    const { bytes } = this;
    let at = this.used;
    for (let i = 0; i < part.length; i++) bytes[at++] = part[i] as number;
    this.used = at;
  }

  private digits(value: number): void {
    const { bytes } = this;
    let width = 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) width++;
    let rest = value;
    for (let at = this.used + width - 1; at >= this.used; at--) {
      bytes[at] = ZERO + (rest % 10);
      rest = (rest / 10) | 0;
    }
    this.used += width;
  }
}

const ZERO = 48;
const COMMA = 44;
const CLOSE_BRACE = 125;

/** Drafts → JSON lines as bytes. Offsets are most of what there is to write: each is written from a table. */
import type { Anchor, Draft } from '../passage.js';
import { Units } from '../units.js';
import type { WordRange } from '../words.js';
import { MAX_UNIT_BYTES, writeJsonText } from './json-text.js';

/** Numbers below this are written at once, with what stands behind them. */
const TABLE_SIZE = 10_000;
/** Bytes that a word takes at most: twice a piece of eight bytes, or two larger numbers and their marks. */
const WORD_BYTES = 32;

/** Numbers and the marks behind them, as float64 of the same bits: the widest unit that is written at once. */
class Pieces {
  private readonly values = new Float64Array(TABLE_SIZE);
  private readonly lengths = new Uint8Array(TABLE_SIZE);

  constructor(private readonly marks: string) {
    const bytes = Buffer.alloc(8);
    for (let number = 0; number < TABLE_SIZE; number++) {
      this.lengths[number] = bytes.write(this.textOf(number), 'latin1');
      this.values[number] = bytes.readDoubleBE();
    }
  }

  /** Writes the number and its marks and gives where they end. */
  write(view: DataView, at: number, number: number): number {
    if (number < TABLE_SIZE) {
      view.setFloat64(at, this.values[number] as number);
      return at + (this.lengths[number] as number);
    }
    const text = this.textOf(number);
    for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
    return at + text.length;
  }

  private textOf(number: number): string {
    return number + this.marks;
  }
}

const START = new Pieces(',');
const WORD_END = new Pieces('],[');

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const WORDS = ascii('","words":[[');
const ANCHORS = ascii('],"anchors":[');
const ANCHOR_START = ascii('{"start":');
const ANCHOR_END = ascii('"end":');
const TARGET = ascii('"target":"');
const CLOSE = ascii('"},');
const LINE_END = ascii(']}\n');
/** Bytes of an anchor besides its target. */
const ANCHOR_BYTES = 64;

/** Collects lines; each is what `toJsonLine` gives of the draft's passage. */
export class LineBuffer {
  private bytes: Uint8Array;
  private view: DataView;
  private used = 0;
  private readonly target = new Units();

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  get length(): number {
    return this.used;
  }

  /** Adds a line and gives the offset at which it ends. */
  add({ language, pageId, title, text, words, anchors }: Draft): number {
    const head = `{"language":${JSON.stringify(language)},"pageId":${pageId},"title":${JSON.stringify(title)},"text":"`;
    this.reserve(3 * head.length + MAX_UNIT_BYTES * text.length);
    this.used += Buffer.from(this.bytes.buffer).write(head, this.used);
    const { start, end } = text;
    this.used = writeJsonText(this.bytes, this.used, { units: text.units.values, start, end });
    this.addWords(words);
    this.put(ANCHORS);
    for (const anchor of anchors) this.addAnchor(anchor);
    if (anchors.length > 0) this.used--; // the comma
    this.put(LINE_END);
    return this.used;
  }

  /** The lines so far, as bytes of their own; the buffer is empty afterwards. */
  take(): Uint8Array {
    const lines = this.bytes.slice(0, this.used);
    this.used = 0;
    return lines;
  }

  /** The lines so far in the memory that they were written to; the buffer goes on in `memory`. */
  handOver(memory = new ArrayBuffer(this.bytes.length)): Uint8Array<ArrayBuffer> {
    const lines = new Uint8Array(this.bytes.buffer as ArrayBuffer, 0, this.used);
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
    this.used = 0;
    return lines;
  }

  private addWords({ offsets, start, end, base }: WordRange): void {
    this.reserve((end - start) * WORD_BYTES + ANCHOR_BYTES);
    this.put(WORDS);
    const { view } = this;
    let at = this.used;
    for (let i = 2 * start; i < 2 * end; i += 2) {
      at = START.write(view, at, (offsets[i] as number) - base);
      at = WORD_END.write(view, at, (offsets[i + 1] as number) - base);
    }
    this.used = at - (start < end ? 2 : 1); // what another word would begin with
  }

  private addAnchor({ start, end, target }: Anchor): void {
    const { target: given } = this;
    given.assign(target);
    this.reserve(MAX_UNIT_BYTES * target.length + 2 * ANCHOR_BYTES);
    this.put(ANCHOR_START);
    this.used = START.write(this.view, this.used, start);
    this.put(ANCHOR_END);
    this.used = START.write(this.view, this.used, end);
    this.put(TARGET);
    const units = { units: given.values, start: 0, end: target.length };
    this.used = writeJsonText(this.bytes, this.used, units);
    this.put(CLOSE);
  }

  private put(piece: Uint8Array): void {
    const { bytes } = this;
    for (let i = 0; i < piece.length; i++) bytes[this.used++] = piece[i] as number;
  }

  private reserve(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.used + more));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

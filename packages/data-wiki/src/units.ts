/** UTF-16 code units in memory that is used again from page to page: looked at one by one much faster than a string's. */

/** Zeros kept behind the last unit, so that looking a little ahead needs no bound. */
const AHEAD = 8;
/** Up to here a loop is faster than a call out of the engine. */
const SHORT = 40;

export class Units {
  values = new Uint16Array(1 << 10);
  length = 0;
  private bytes = Buffer.from(this.values.buffer);

  /** The units of `text`. */
  static of(text: string): Units {
    const units = new Units();
    units.assign(text);
    return units;
  }

  /** Takes the units of `text` in place of those before. */
  assign(text: string): void {
    this.reserve(text.length);
    if (text.length > SHORT) this.bytes.write(text, 'utf16le');
    else for (let i = 0; i < text.length; i++) this.values[i] = text.charCodeAt(i);
    this.end(text.length);
  }

  /** Makes room for `count` units in all; those written before stay. */
  reserve(count: number): void {
    if (count + AHEAD <= this.values.length) return;
    const larger = new Uint16Array(2 * (count + AHEAD));
    larger.set(this.values);
    this.values = larger;
    this.bytes = Buffer.from(larger.buffer);
  }

  /** Sets the length; what lies behind it reads as zero. */
  end(length: number): void {
    this.length = length;
    this.values.fill(0, length, length + AHEAD);
  }

  /** The units [start, end) as a string. */
  slice(start: number, end: number): string {
    return this.bytes.toString('utf16le', 2 * start, 2 * end);
  }
}

/** The text as a string of its own: a part of a longer one keeps all of that in memory. */
export const detached = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');

/** Some units, which last as long as those that they are of. */
export class UnitRange {
  constructor(
    readonly units: Units,
    readonly start: number,
    readonly end: number,
  ) {}

  static of(text: string): UnitRange {
    return new UnitRange(Units.of(text), 0, text.length);
  }

  get length(): number {
    return this.end - this.start;
  }

  charCodeAt(index: number): number {
    return this.units.values[this.start + index] as number;
  }

  toString(): string {
    return this.units.slice(this.start, this.end);
  }
}

/** Whole numbers in memory that is used again. */
export class IntList {
  values = new Int32Array(1 << 10);
  length = 0;

  /** Makes room for `count` numbers more. */
  reserve(count: number): void {
    if (this.length + count <= this.values.length) return;
    const larger = new Int32Array(2 * (this.length + count));
    larger.set(this.values);
    this.values = larger;
  }
}

/**
 * bzip2 block by block. Blocks are found by the 48-bit mark that each begins with, at any bit, so that a file of one
 * stream is read in parallel like one of many, reading can start anywhere, and a damaged block costs only itself.
 * A block is decompressed as a stream of its own (as bzip2recover and lbzip2 do).
 */
import type Bzip2 from '@foxglove/wasm-bz2';

/** One block: where it begins in the file, and its bytes or why there are none. */
export interface Bzip2Block {
  /** Byte of the file in which the block's first bit lies. */
  readonly offset: number;
  readonly data?: Buffer;
  readonly error?: string;
}

/** First 48 bits of a block, and of a stream's end. */
const BLOCK_MARK = 0x314159265359n;
const END_MARK = 0x177245385090n;
const MARK_BITS = 48;
/** A block of level 9 holds 900,000 bytes after its first run-length coding, which can shrink 51-fold. */
const FIRST_SIZE = 1_200_000;
const MAX_SIZE = 46_000_000;

let loading: Promise<Bzip2> | undefined;

/** The decoder, loaded once; its loader leaves listeners for uncaught errors on the process, which are not its business. */
function loadDecoder(): Promise<Bzip2> {
  loading ??= (async () => {
    const before = LISTENED.map((event) => process.listeners(event as 'uncaughtException'));
    const decoder = await (await import('@foxglove/wasm-bz2')).default.init();
    for (const [i, event] of LISTENED.entries()) {
      for (const listener of process.listeners(event as 'uncaughtException')) {
        if (!before[i]?.includes(listener)) process.off(event, listener);
      }
    }
    return decoder;
  })();
  return loading;
}

const LISTENED = ['uncaughtException', 'unhandledRejection'];

interface Mark {
  /** Bit of the window at which the mark begins. */
  readonly bit: number;
  readonly isBlock: boolean;
}

interface Trial {
  readonly mark: bigint;
  /** Where the mark begins: so many bits behind the byte before the pair. */
  readonly bits: number;
}

/** For each pair of whole bytes that a mark may hold as its first or from its second on: the places to try. */
const TRIALS: (readonly Trial[] | undefined)[] = new Array(0x10000);
for (const mark of [BLOCK_MARK, END_MARK]) {
  for (let bits = -8; bits < 8; bits++) {
    const pair = Number((mark >> BigInt(MARK_BITS - 24 + bits)) & 0xffffn);
    TRIALS[pair] = [...(TRIALS[pair] ?? []), { mark, bits }];
  }
}
const IS_TRIAL = Uint8Array.from(TRIALS, (trials) => (trials ? 1 : 0));

/**
 * The blocks of a bzip2 file whose compressed bytes come from `chunks`, the first of which lies at `base` in the file;
 * a chunk need not last longer than until the next one is asked for.
 * A block that cannot be read is given with its error, and reading goes on after it. The first block at or behind byte
 * `end` comes twice, empty before it is decoded, so that whoever needs no more can leave.
 */
export async function* bzip2Blocks(
  chunks: AsyncIterable<Uint8Array>,
  { base = 0, end = Number.POSITIVE_INFINITY }: { base?: number; end?: number } = {},
): AsyncGenerator<Bzip2Block> {
  const decoder = await loadDecoder();
  const window = new Window(base, rooms.pop());
  let marks: Mark[] = [];
  let isInside = true;
  function* blocks(marksLeft: number): Generator<Bzip2Block> {
    while (marks.length > marksLeft) {
      const first = marks[0] as Mark;
      const offset = window.offsetOf(first);
      if (isInside && first.isBlock && offset >= end) {
        isInside = false;
        yield { offset, data: Buffer.alloc(0) };
      }
      const block = window.decode(decoder, marks);
      if (block) yield block;
      marks = window.dropBefore(marks);
    }
  }
  try {
    for await (const chunk of chunks) {
      marks.push(...window.append(chunk));
      // The mark after the next one is kept in sight: a mark inside a block's data is none.
      yield* blocks(2);
    }
    marks.push(...window.finish());
    yield* blocks(0);
  } finally {
    rooms.push(window.room);
  }
}

/** Memory of windows no longer used, for those to come: a collector would be late to free it. */
const rooms: Buffer[] = [];

/** The compressed bytes from the first unread mark on. */
class Window {
  private bytes: Buffer = Buffer.alloc(0);
  private scanned = 0;
  private stream: Buffer = Buffer.alloc(0);

  constructor(
    private base: number,
    /** Where the bytes are put together. */
    public room: Buffer = Buffer.alloc(0),
  ) {}

  /** Adds bytes and gives the marks that are whole now. */
  append(chunk: Uint8Array): Mark[] {
    const kept = this.bytes.length;
    const room = withRoom(this.room, kept + chunk.length);
    this.bytes.copy(room);
    room.set(chunk, kept);
    this.room = room;
    this.bytes = room.subarray(0, kept + chunk.length);
    // A mark takes up to seven bytes, and its first whole pair lies one or two bytes after its start.
    const marks = findMarks(this.bytes, this.scanned, this.bytes.length - 7);
    this.scanned = Math.max(this.scanned, this.bytes.length - 7);
    return marks;
  }

  finish(): Mark[] {
    return findMarks(Buffer.concat([this.bytes, Buffer.alloc(8)]), this.scanned, this.bytes.length);
  }

  /** Byte of the file in which a mark begins. */
  offsetOf({ bit }: Mark): number {
    return this.base + Math.floor(bit / 8);
  }

  /** Decodes the block at the first mark, taking the marks it used out of `marks`. */
  decode(decoder: Bzip2, marks: Mark[]): Bzip2Block | undefined {
    const first = marks.shift() as Mark;
    if (!first.isBlock) return undefined;
    const offset = this.offsetOf(first);
    const end = marks[0];
    let data = this.decompress(decoder, first.bit, end?.bit ?? this.bytes.length * 8);
    if (!data && end) {
      data = this.decompress(decoder, first.bit, marks[1]?.bit ?? this.bytes.length * 8);
      if (data) marks.shift();
    }
    if (data) return { offset, data };
    return { offset, error: end ? 'damaged bzip2 block' : 'file ends inside a bzip2 block' };
  }

  /** Forgets the bytes before the first mark; the marks are given anew. */
  dropBefore(marks: Mark[]): Mark[] {
    const dropped = Math.floor((marks[0]?.bit ?? this.scanned * 8) / 8);
    this.bytes = this.bytes.subarray(dropped);
    this.base += dropped;
    this.scanned -= dropped;
    return marks.map(({ bit, isBlock }) => ({ bit: bit - dropped * 8, isBlock }));
  }

  private decompress(decoder: Bzip2, from: number, to: number): Buffer | undefined {
    if (to - from < MARK_BITS + 32) return undefined;
    this.stream = withRoom(this.stream, Math.ceil((to - from) / 8) + STREAM_BYTES);
    const stream = asStream(this.bytes, { from, to, room: this.stream });
    for (let size = FIRST_SIZE; ; size = Math.min(size * 6, MAX_SIZE)) {
      try {
        const { buffer, byteOffset, length } = decoder.decompress(stream, size);
        return Buffer.from(buffer, byteOffset, length);
      } catch (error) {
        const isFull = /: -8\b/.test((error as Error).message); // BZ_OUTBUFF_FULL
        if (!isFull || size === MAX_SIZE) return undefined;
      }
    }
  }
}

/** The same memory if it holds so many bytes, else more. */
const withRoom = (memory: Buffer, length: number): Buffer =>
  length > memory.length ? Buffer.allocUnsafeSlow(2 * length) : memory;

/** The marks that begin in the bytes [from, to). */
function findMarks(bytes: Buffer, from: number, to: number): Mark[] {
  const marks: Mark[] = [];
  // Of the whole bytes in a mark one pair lies behind `i` and one behind the byte before: every second `i` will do.
  for (let i = from; i <= to; i += 2) {
    const pair = ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number);
    if (IS_TRIAL[pair] === 0) continue;
    for (const { mark, bits } of TRIALS[pair] ?? []) {
      const bit = i * 8 + bits;
      if (bit >= from * 8 && bit < to * 8 && bitsAt(bytes, bit) === mark)
        marks.push({ bit, isBlock: mark === BLOCK_MARK });
    }
  }
  return marks.sort((a, b) => a.bit - b.bit);
}

function bitsAt(bytes: Buffer, bit: number): bigint {
  const byte = Math.floor(bit / 8);
  if (byte + 7 > bytes.length) return -1n;
  const high = BigInt(bytes.readUIntBE(byte, 6));
  return (
    (((high << 8n) | BigInt(bytes[byte + 6] as number)) >> BigInt(8 - (bit % 8))) & 0xffffffffffffn
  );
}

const viewOf = ({ buffer, byteOffset, length }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, length);

/** What a stream needs beside its block: header, end mark and checksum. */
const STREAM_BYTES = 4 + 11;

/** The block in bits [from, to) as a bzip2 stream: header, block moved to a byte's border, end mark, checksum. */
function asStream(
  bytes: Buffer,
  { from, to, room }: { from: number; to: number; room: Buffer },
): Buffer {
  const bits = to - from;
  const whole = Math.ceil(bits / 8);
  const stream = room.subarray(0, whole + STREAM_BYTES).fill(0, 4 + whole);
  stream.write('BZh9', 'latin1');
  const byte = Math.floor(from / 8);
  const shift = from % 8;
  const source = viewOf(bytes);
  const target = viewOf(stream);
  let i = 0;
  const words = whole - 4; // the last ones may lie at the end of the bytes
  for (; i < words; i += 4) {
    const word =
      (source.getUint32(byte + i) << shift) | ((bytes[byte + i + 4] as number) >> (8 - shift));
    target.setUint32(4 + i, word);
  }
  for (; i < whole; i++) {
    stream[4 + i] =
      ((bytes[byte + i] as number) << shift) | ((bytes[byte + i + 1] ?? 0) >> (8 - shift));
  }
  const checksum = stream.readUInt32BE(4 + MARK_BITS / 8);
  const used = bits % 8;
  if (used > 0) stream[3 + whole] = (stream[3 + whole] as number) & (0xff << (8 - used));
  // End mark and checksum, 80 bits, from the bit after the block on.
  const tail = ((END_MARK << 32n) | BigInt(checksum)) << BigInt((8 - used) % 8);
  const tailStart = 4 + Math.floor(bits / 8);
  const tailBytes = used > 0 ? 11 : 10;
  for (let i = 0; i < tailBytes; i++) {
    const value = Number((tail >> BigInt(8 * (tailBytes - 1 - i))) & 0xffn);
    stream[tailStart + i] = (stream[tailStart + i] as number) | value;
  }
  return stream.subarray(0, tailStart + tailBytes);
}

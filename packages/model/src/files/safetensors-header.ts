/** The header of a safetensors file: its rules in both directions. Reads and writes no tensor values. */

/** Bytes of one element for each type that the format has and that is read here. */
const elementBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

/** Element type in the format's own names. */
export type ElementType = keyof typeof elementBytes;

/** Where a tensor's values lie. */
export interface TensorEntry {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Byte offsets in the file, half-open. */
  readonly start: number;
  readonly end: number;
}

/** What a file says of itself. */
export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes before the header's JSON: its length as an unsigned 64-bit number, least byte first. */
export const prefixBytes = 8;
const greatestHeader = 100_000_000; // the format's own limit

/**
 * Length in bytes of the header's JSON.
 *
 * @param prefix the first 8 bytes of the file
 * @param fileBytes length of the whole file
 * @throws where the file is too short to hold what it announces
 */
export function headerBytes(prefix: Uint8Array, fileBytes: number): number {
  if (prefix.length < prefixBytes) {
    throw broken(`must begin with an 8-byte header length, got ${prefix.length} bytes`);
  }
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  const limit = Math.min(fileBytes - prefixBytes, greatestHeader);
  if (length > BigInt(limit)) {
    throw broken(`header must fit ${limit} bytes, got a length of ${length}`);
  }
  return Number(length);
}

/**
 * Reads and checks a header: known types, sizes that agree with shapes, values that fill the file without gap or overlap.
 *
 * @param json the header's bytes, without the length before it
 * @param fileBytes length of the whole file
 * @throws naming the tensor that breaks a rule
 */
export function parseHeader(json: Uint8Array, fileBytes: number): SafetensorsHeader {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (error) {
    throw broken(`header must be JSON (${(error as Error).message})`);
  }
  if (!isObject(parsed)) throw broken('header must be a JSON object');
  const { __metadata__: metadata = {}, ...tensors } = parsed;
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    throw broken('header.__metadata__ must map names to strings');
  }
  const dataStart = prefixBytes + json.length;
  const entries = Object.entries(tensors)
    .map(([name, entry]) => [name, parseEntry(name, entry, dataStart)] as const)
    .sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let end = dataStart;
  for (const [name, entry] of entries) {
    if (entry.start !== end) {
      throw broken(
        `values must follow each other without gap or overlap, got ${name} at byte ${entry.start}, where ${end} is next`,
      );
    }
    end = entry.end;
  }
  if (end !== fileBytes) {
    throw broken(`values must end with the file at byte ${fileBytes}, got ${end}`);
  }
  return { entries: new Map(entries), metadata: metadata as Record<string, string> };
}

/** A header's bytes, the length before it included, for values that follow in this order. */
export function formatHeader(
  tensors: readonly (readonly [name: string, type: ElementType, shape: readonly number[]])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, type, shape] of tensors) {
    const end = offset + elementsOf(shape) * elementBytes[type];
    header[name] = { dtype: type, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8; // so that values are aligned
  const bytes = new Uint8Array(prefixBytes + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, prefixBytes);
  return bytes;
}

/** Number of values in a shape. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function parseEntry(name: string, entry: unknown, dataStart: number): TensorEntry {
  if (!isObject(entry)) throw broken(`${name} must be an object`);
  const { dtype: type, shape, data_offsets: offsets } = entry;
  if (typeof type !== 'string' || !Object.hasOwn(elementBytes, type)) {
    throw broken(
      `${name}.dtype must be one of ${Object.keys(elementBytes).join(', ')}, got ${JSON.stringify(type)}`,
    );
  }
  if (!isSizes(shape)) {
    throw broken(`${name}.shape must be a list of sizes, got ${JSON.stringify(shape)}`);
  }
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw broken(`${name}.data_offsets must be [start, end], got ${JSON.stringify(offsets)}`);
  }
  const [start, end] = offsets as [number, number];
  const expected = elementsOf(shape) * elementBytes[type as ElementType];
  if (end - start !== expected) {
    throw broken(
      `${name} must have ${expected} bytes for ${type} [${shape.join(', ')}], got ${end - start}`,
    );
  }
  return { type: type as ElementType, shape, start: dataStart + start, end: dataStart + end };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function broken(problem: string): Error {
  return new Error(`safetensors: ${problem}; the file is damaged, download or save it again`);
}

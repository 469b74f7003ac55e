import { type FileHandle, open } from 'node:fs/promises';
import { widenBfloat16, widenFloat16 } from './half-precision.js';
import {
  type ElementType,
  elementsOf,
  formatHeader,
  headerBytes,
  parseHeader,
  prefixBytes,
  type TensorEntry,
} from './safetensors-header.js';
import { writeBeside } from './write-beside.js';

/** Arrays that a tensor's values may come in. 16-bit floats are widened to float32 when read. */
type TensorArray =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** A tensor in memory, row-major; `data` owns its buffer, so it can be transferred. */
export interface StoredTensor {
  readonly data: TensorArray;
  readonly shape: readonly number[];
}

/** Named tensors that are read one at a time. */
export interface TensorStore {
  /** Type and shape of every tensor. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  /** @throws where there is no such tensor */
  read(name: string): Promise<StoredTensor>;
  close(): Promise<void>;
}

/**
 * Opens a safetensors file. Only the header is read now; each `read` brings one tensor straight into its own buffer, so
 * that nothing is held twice.
 *
 * @throws where the file breaks the format, naming it
 */
export async function openSafetensors(path: string): Promise<TensorStore> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const prefix = await readBytes(file, 0, Math.min(prefixBytes, size));
    const json = await readBytes(file, prefixBytes, headerBytes(prefix, size));
    const { entries, metadata } = parseHeader(json, size);
    return {
      entries,
      metadata,
      close: () => file.close(),
      async read(name) {
        const entry = entries.get(name);
        if (!entry)
          throw new Error(
            `${path}: has no tensor ${name}; its tensors are ${[...entries.keys()].slice(0, 5).join(', ')}, …`,
          );
        const bytes = await readBytes(file, entry.start, entry.end - entry.start);
        return { data: fromBytes[entry.type](bytes.buffer), shape: entry.shape };
      },
    };
  } catch (error) {
    await file.close();
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes a safetensors file beside its place and renames it, larger element types first, so that all are aligned. */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorToStore>,
  { metadata = {} }: { metadata?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const sorted = [...tensors]
    .map(([name, tensor]) => [name, typeOf(tensor.data), tensor] as const)
    .sort(
      ([nameA, , a], [nameB, , b]) =>
        b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (nameA < nameB ? -1 : 1),
    );
  for (const [name, , { data, shape }] of sorted) {
    if (data.length !== elementsOf(shape)) {
      throw new Error(
        `${path}: ${name} must have ${elementsOf(shape)} values for [${shape.join(', ')}], got ${data.length}; give the shape that belongs to the values`,
      );
    }
  }
  const header = formatHeader(
    sorted.map(([name, type, { shape }]) => [name, type, shape]),
    metadata,
  );
  await writeBeside(path, async (file) => {
    await writeBytes(file, header);
    for (const [, , { data }] of sorted) await writeBytes(file, data);
  });
}

/** What can be stored: a Uint16Array holds the bits of float16 numbers. */
export interface TensorToStore {
  readonly data:
    | Float32Array
    | Float64Array
    | BigInt64Array
    | Int32Array
    | Uint32Array
    | Uint16Array
    | Uint8Array;
  readonly shape: readonly number[];
}

const fromBytes: Readonly<Record<ElementType, (bytes: ArrayBuffer) => TensorArray>> = {
  F64: (bytes) => new Float64Array(bytes),
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => widenFloat16(new Uint16Array(bytes)),
  BF16: (bytes) => widenBfloat16(new Uint16Array(bytes)),
  I64: (bytes) => new BigInt64Array(bytes),
  U64: (bytes) => new BigUint64Array(bytes),
  I32: (bytes) => new Int32Array(bytes),
  U32: (bytes) => new Uint32Array(bytes),
  I16: (bytes) => new Int16Array(bytes),
  U16: (bytes) => new Uint16Array(bytes),
  I8: (bytes) => new Int8Array(bytes),
  U8: (bytes) => new Uint8Array(bytes),
  BOOL: (bytes) => new Uint8Array(bytes),
};

function typeOf(data: TensorToStore['data']): ElementType {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof BigInt64Array) return 'I64';
  if (data instanceof Int32Array) return 'I32';
  if (data instanceof Uint32Array) return 'U32';
  if (data instanceof Uint16Array) return 'F16';
  return 'U8';
}

const chunkBytes = 1 << 30; // one read or write of a file takes less than 2 GiB

async function readBytes(
  file: FileHandle,
  start: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const size = Math.min(chunkBytes, length - done);
    const { bytesRead } = await file.read(bytes, done, size, start + done);
    if (bytesRead === 0)
      throw new Error(
        `must hold ${start + length} bytes, but ends at ${start + done}; it was changed while being read`,
      );
    done += bytesRead;
  }
  return bytes;
}

async function writeBytes(file: FileHandle, data: ArrayBufferView): Promise<void> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(
      bytes,
      done,
      Math.min(chunkBytes, bytes.length - done),
    );
    done += bytesWritten;
  }
}

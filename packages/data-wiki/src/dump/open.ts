/** Dump files → UTF-8 XML in chunks, whatever they are compressed or encoded with. */
import { createReadStream, type ReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { bzip2Blocks } from './bzip2.js';

export type Compression = 'none' | 'bzip2' | 'gzip' | 'xz' | 'zstd';

/** One dump file. */
export interface DumpFile {
  readonly path: string;
  readonly byteLength: number;
  readonly compression: Compression;
}

/** Something a dump lacks: read to here, or not read there. */
export interface Damage {
  readonly path: string;
  /** Byte of the (compressed) file, where that is known. */
  readonly offset?: number;
  readonly reason: string;
}

const SIGNATURES: readonly (readonly [Compression, readonly number[]])[] = [
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['gzip', [0x1f, 0x8b]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

const CHUNK_BYTES = 1 << 18;
const HEAD_BYTES = 64;

/** The compression that the first bytes of a file show. */
export function compressionOf(head: Uint8Array): Compression {
  const found = SIGNATURES.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte));
  return found?.[0] ?? 'none';
}

/** The compression of a stream of bytes, and the same bytes to be read. */
export async function peekCompression(
  source: AsyncIterable<Uint8Array>,
): Promise<{ compression: Compression; bytes: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const { value, done } = await iterator.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  if (head.length === 0) throw new Error('dump: expected a MediaWiki dump, got an empty stream');
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { compression: compressionOf(head), bytes: bytes() };
}

/**
 * The dump files that `paths` name, in order; of a folder those whose names tell a dump, sorted.
 * Throws where a path does not exist, a file is empty or is no dump, or a folder holds none.
 */
export async function findDumps(paths: readonly string[]): Promise<DumpFile[]> {
  const dumps: DumpFile[] = [];
  for (const path of paths) {
    const status = await stat(path).catch(() => undefined);
    if (!status) throw new Error(`dump: no such file or folder: ${path}`);
    if (!status.isDirectory()) {
      dumps.push(await describeDump(path, status.size));
      continue;
    }
    const names = (await readdir(path))
      .filter((name) => /\.xml(?:-p\d+p\d+)?(?:\.(?:bz2|gz|xz|zst))?$/.test(name))
      .sort();
    if (names.length === 0)
      throw new Error(`dump: no .xml, .xml.bz2, .xml.gz, .xml.xz or .xml.zst file in ${path}`);
    for (const name of names)
      dumps.push(await describeDump(join(path, name), (await stat(join(path, name))).size));
  }
  return dumps;
}

async function describeDump(path: string, byteLength: number): Promise<DumpFile> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    if (bytesRead === 0)
      throw new Error(`dump: expected a MediaWiki dump, got an empty file: ${path}`);
    const compression = compressionOf(head);
    if (
      compression === 'none' &&
      encodingOf(head) === 'utf-8' &&
      !/^(?:\ufeff)?\s*</.test(head.toString('utf8', 0, bytesRead))
    ) {
      throw new Error(
        `dump: expected XML, or XML compressed with bzip2, gzip, xz or zstd, got ${JSON.stringify(head.toString('latin1', 0, Math.min(bytesRead, 16)))}: ${path}`,
      );
    }
    return { path, byteLength, compression };
  } finally {
    await file.close();
  }
}

/** The file's bytes from `start` on. */
export function readFrom(path: string, start = 0): ReadStream {
  return createReadStream(path, { start, highWaterMark: CHUNK_BYTES });
}

/** The same in memory used again: a chunk lasts until the next one is asked for, which is read meanwhile. */
export async function* readOver(path: string, start = 0): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  const read = (memory: Uint8Array, position: number) =>
    file.read(memory, 0, memory.length, position);
  let position = start;
  let next = read(new Uint8Array(CHUNK_BYTES), position);
  let spare: Uint8Array = new Uint8Array(CHUNK_BYTES);
  try {
    for (;;) {
      const { bytesRead, buffer } = await next;
      if (bytesRead === 0) return;
      position += bytesRead;
      next = read(spare, position);
      yield buffer.subarray(0, bytesRead);
      spare = buffer;
    }
  } finally {
    await next.catch(() => {});
    await file.close();
  }
}

/** Chunks in whatever encoding XML may have → chunks in UTF-8; null (a gap) stays null. */
export async function* toUtf8(chunks: AsyncIterable<Buffer | null>): AsyncGenerator<Buffer | null> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let isFirst = true;
  for await (const chunk of chunks) {
    if (chunk && isFirst) {
      const encoding = encodingOf(chunk);
      decoder = encoding === 'utf-8' ? undefined : new TextDecoder(encoding);
      isFirst = false;
    }
    yield chunk && decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk;
  }
}

/** UTF-16 shows by its byte order mark, or by the zero beside the first `<`. */
export function encodingOf(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return 'utf-8';
}

/** Decompressed bytes in chunks; a place that cannot be read is told to `onDamage` and is null in the chunks. */
export async function* decompress(
  bytes: AsyncIterable<Uint8Array>,
  {
    path,
    compression,
    onDamage,
  }: { path: string; compression: Compression; onDamage: (damage: Damage) => void },
): AsyncGenerator<Buffer | null> {
  if (compression === 'bzip2') {
    for await (const { offset, data, error } of bzip2Blocks(bytes)) {
      if (error !== undefined) onDamage({ path, offset, reason: error });
      yield data ?? null;
    }
    return;
  }
  try {
    for await (const chunk of await inflate(bytes, compression)) {
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    }
  } catch (error) {
    onDamage({
      path,
      reason: `${compression === 'none' ? 'reading' : compression}: ${(error as Error).message}`,
    });
    yield null;
  }
}

async function inflate(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
): Promise<AsyncIterable<Uint8Array>> {
  switch (compression) {
    case 'gzip': {
      const source = Readable.from(bytes);
      const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
      source.on('error', (error) => gunzip.destroy(error));
      return source.pipe(gunzip);
    }
    case 'xz': {
      const { XzReadableStream } = await import('xz-decompress');
      return new XzReadableStream(
        Readable.toWeb(Readable.from(bytes)) as ReadableStream<Uint8Array>,
      ) as unknown as AsyncIterable<Uint8Array>;
    }
    case 'zstd':
      return unzstd(bytes);
    default:
      return bytes;
  }
}

async function* unzstd(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const ready: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => ready.push(chunk));
  for await (const chunk of bytes) {
    decoder.push(chunk);
    yield* ready.splice(0);
  }
  decoder.push(new Uint8Array(0), true);
  yield* ready.splice(0);
}

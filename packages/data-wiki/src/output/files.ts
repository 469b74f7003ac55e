/** Files that are whole or not there: written beside their place, then renamed. Names ending in `.gz` are compressed. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/** Gives `write` a name beside `path` to write to, and renames it to `path` when that has ended well. */
export async function replaceFile(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes text in pieces to `path`, compressed where `isCompressed`. */
export async function writeText(
  path: string,
  {
    pieces,
    isCompressed,
  }: {
    pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
    isCompressed: boolean;
  },
): Promise<void> {
  const source = Readable.from(pieces);
  const file = createWriteStream(path);
  await (isCompressed ? pipeline(source, createGzip(), file) : pipeline(source, file));
}

/** The lines of a text file with their numbers, from 1. */
export async function* readLines(path: string): AsyncGenerator<{ line: string; number: number }> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  if (input !== file) file.on('error', (error) => input.destroy(error));
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      yield { line, number };
    }
  } finally {
    file.destroy();
  }
}

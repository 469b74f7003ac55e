/** Passages as JSON lines: one `Passage` a line, readable by anything; `.gz` in the name compresses. */
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Passage } from '../passage.js';

/** One line, newline included. */
export function toJsonLine(passage: Passage): string {
  return `${JSON.stringify(passage)}\n`;
}

/** The passages of a JSON lines file, streamed. Throws with file and line where a line is not a passage. */
export async function* readJsonLines(path: string): AsyncGenerator<Passage> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.on('error', (error) => input.destroy(error));
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line !== '') yield parsePassage(line, `${path}:${number}`);
    }
  } finally {
    file.destroy();
  }
}

function parsePassage(line: string, place: string): Passage {
  let value: Partial<Passage> | null;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new Error(
      `${place}: expected a passage as JSON, got ${JSON.stringify(line.slice(0, 40))}`,
      { cause },
    );
  }
  if (
    typeof value?.text !== 'string' ||
    !Array.isArray(value.words) ||
    !Array.isArray(value.anchors)
  ) {
    throw new Error(`${place}: expected a passage with text, words and anchors, got other JSON`);
  }
  return value as Passage;
}

/** Writes passages as JSON lines to `path`, at the reader's pace. */
export async function writeJsonLines(
  path: string,
  passages: Iterable<Passage> | AsyncIterable<Passage>,
): Promise<void> {
  const lines = Readable.from(
    (async function* () {
      for await (const passage of passages) yield toJsonLine(passage);
    })(),
  );
  const file = createWriteStream(path);
  await (path.endsWith('.gz') ? pipeline(lines, createGzip(), file) : pipeline(lines, file));
}

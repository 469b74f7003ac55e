/** Passages as JSON lines: one `Passage` a line, readable by anything. */
import type { Passage } from '../passage.js';
import { readLines, replaceFile, writeText } from './files.js';

type Passages = Iterable<Passage> | AsyncIterable<Passage>;

/** One line, newline included. */
export function toJsonLine(passage: Passage): string {
  return `${JSON.stringify(passage)}\n`;
}

/** The passages of a JSON lines file, streamed. Throws with file and line where a line is not a passage. */
export async function* readJsonLines(path: string): AsyncGenerator<Passage> {
  for await (const { line, number } of readLines(path)) {
    if (line !== '') yield parsePassage(line, `${path}:${number}`);
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

/** Writes passages as JSON lines; the file is whole or not there. A name ending in `.gz` is compressed. */
export async function writeJsonLines(path: string, passages: Passages): Promise<void> {
  await replaceFile(path, (temporary) =>
    writeText(temporary, { pieces: lines(passages), isCompressed: path.endsWith('.gz') }),
  );
}

async function* lines(passages: Passages): AsyncGenerator<string> {
  for await (const passage of passages) yield toJsonLine(passage);
}

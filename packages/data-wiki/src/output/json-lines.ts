/**
 * Passages as JSON lines: one `Passage` a line, in which each word is a pair, `[charStart, charEnd]`, since words are
 * most of what there is to write.
 */
import type { WordOffsets } from '@calibre/metrics';
import type { Passage } from '../passage.js';
import { readLines, replaceFile, writeText } from './files.js';

type Passages = Iterable<Passage> | AsyncIterable<Passage>;

/** One line, newline included. */
export function toJsonLine({ language, pageId, title, text, words, anchors }: Passage): string {
  const pairs = words.map(({ charStart, charEnd }) => [charStart, charEnd]);
  return `${JSON.stringify({ language, pageId, title, text, words: pairs, anchors })}\n`;
}

/** The passage of a line, which stands at `place`. Throws where it holds none. */
export function parseJsonLine(line: string, place: string): Passage {
  let value: (Omit<Partial<Passage>, 'words'> & { readonly words?: unknown }) | null;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new Error(
      `${place}: expected a passage as JSON, got ${JSON.stringify(line.slice(0, 40))}`,
      { cause },
    );
  }
  const { text, words, anchors } = value ?? {};
  if (typeof text !== 'string' || !Array.isArray(words) || !Array.isArray(anchors))
    throw new Error(`${place}: expected a passage with text, words and anchors, got other JSON`);
  return { ...(value as Passage), words: words.map((pair) => toWord(pair, place)) };
}

function toWord(pair: unknown, place: string): WordOffsets {
  if (!Array.isArray(pair))
    throw new Error(
      `${place}: expected words as pairs, [charStart, charEnd], got ${JSON.stringify(pair)}`,
    );
  return { charStart: pair[0], charEnd: pair[1] };
}

/** The passages of a JSON lines file, streamed. Throws with file and line where a line is not a passage. */
export async function* readJsonLines(path: string): AsyncGenerator<Passage> {
  for await (const { line, number } of readLines(path)) {
    if (line !== '') yield parseJsonLine(line, `${path}:${number}`);
  }
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

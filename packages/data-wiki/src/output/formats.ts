/** The formats that passages are kept in, by the ending of a file's name. */
import type { Passage } from '../passage.js';
import { readConll, writeConll } from './conll.js';
import { readJsonLines, writeJsonLines } from './json-lines.js';

interface Format {
  readonly read: (path: string) => AsyncGenerator<Passage>;
  readonly write: (
    path: string,
    passages: Iterable<Passage> | AsyncIterable<Passage>,
  ) => Promise<void>;
}

const FORMATS: Readonly<Record<string, Format>> = {
  '.jsonl': { read: readJsonLines, write: writeJsonLines },
  '.jsonl.gz': { read: readJsonLines, write: writeJsonLines },
  '.conll': { read: readConll, write: writeConll },
  '.conll.gz': { read: readConll, write: writeConll },
  // Loaded when asked for, since it is slow to load.
  '.parquet': {
    read: async function* (path) {
      yield* (await import('./parquet.js')).readParquet(path);
    },
    write: async (path, passages) => (await import('./parquet.js')).writeParquet(path, passages),
  },
};

/** The format of a file's name. Throws where its ending is none of the known. */
export function formatOf(path: string): Format {
  const ending = Object.keys(FORMATS).find((known) => path.endsWith(known));
  if (!ending) {
    throw new Error(
      `passages: expected a name ending in ${Object.keys(FORMATS).join(', ')}, got ${path}`,
    );
  }
  return FORMATS[ending] as Format;
}

/** The passages of a file, streamed; its name's ending says the format. */
export const readPassages = (path: string): AsyncGenerator<Passage> => formatOf(path).read(path);

/** Writes passages to a file, whole or not at all; its name's ending says the format. */
export const writePassages = (
  path: string,
  passages: Iterable<Passage> | AsyncIterable<Passage>,
): Promise<void> => formatOf(path).write(path, passages);

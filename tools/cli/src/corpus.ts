import { formatTags, parseTags, type Span } from '@calibre/metrics';
import { type ConllSentence, columnOf, formatConll, parseConll } from '@calibre/metrics/conll';
import { readText } from './files.js';

/** A sentence of a column file with its labels read. Spans in words. */
export interface LabelledSentence {
  readonly words: readonly string[];
  readonly tags: readonly string[];
  readonly spans: readonly Span[];
  /** Lines and columns as they stand in the file. */
  readonly conll: ConllSentence;
}

/** Which column holds what, counted from 0, from −1 at the right. */
export interface Columns {
  readonly word: number;
  readonly tag: number;
}

/**
 * Reads a labelled column file (CoNLL-2002/2003, IOB2, CoNLL-U with an index in front).
 *
 * @param columns default: words first, or second behind an index; tags last
 * @throws Error naming the line where columns are missing or more than on the first line
 */
export async function readLabelled(
  path: string,
  columns: Partial<Columns> = {},
): Promise<LabelledSentence[]> {
  const sentences = parseColumns(path, await readText(path));
  if (sentences.length === 0) {
    throw new Error(`${path}: must hold words, one a line, got none; check the file`);
  }
  const { word, tag } = { ...guessColumns(sentences), ...columns };
  return sentences.map((conll) => {
    const tags = columnOf(conll, tag);
    return { words: columnOf(conll, word), tags, spans: parseTags(tags), conll };
  });
}

/**
 * The sentences of a column file.
 * @throws Error naming the first line that has another number of columns than the first
 */
export function parseColumns(path: string, text: string): ConllSentence[] {
  const sentences = parseConll(text).filter(({ rows }) => rows.length > 0);
  const expected = sentences[0]?.rows[0]?.length ?? 0;
  for (const sentence of sentences) {
    for (const [index, row] of sentence.rows.entries()) {
      if (row.length === expected) continue;
      throw new Error(
        `${path}:${lineOf(sentence, index)}: each line must have as many columns as the first (${expected}), got ${row.length}: ${row.join(' ')}; separate columns by tabs or spaces`,
      );
    }
  }
  return sentences;
}

/** Line, from 1, of a word of the sentence. */
export const lineOf = ({ line = 1 }: ConllSentence, word: number) => line + word;

function guessColumns(sentences: readonly ConllSentence[]): Columns {
  const isIndexed = sentences.every(({ rows }) => {
    const first = Number(rows[0]?.[0]);
    return rows.every((row, index) => row.length > 2 && row[0] === `${first + index}`);
  });
  return { word: isIndexed ? 1 : 0, tag: -1 };
}

/** Writes words and the tags (IOB2) of spans, one sentence after another. */
export function formatTagged(
  sentences: readonly LabelledSentence[],
  spans: readonly (readonly Span[])[],
): string {
  return sentences
    .map(({ words }, index) => {
      const tags = formatTags(spans[index] ?? [], words.length);
      return formatConll({ rows: words.map((word, at) => [word, tags[at] ?? 'O']) });
    })
    .join('');
}

/** Writes sentences as column files; what `readConll` gave comes out byte for byte, changed rows in the file's own style. */

import { withoutEnd } from './lines.js';
import { type ConllSentence, splitRow } from './sentence.js';

/**
 * Text of one sentence with the blank line after it.
 * @throws RangeError for a value that would not be read as one column again
 */
export function formatConll(sentence: ConllSentence): string {
  const {
    rows,
    before = '',
    after = '\n',
    separator = ' ',
    lineEnd = '\n',
    verbatim,
    line = 1,
  } = sentence;
  let text = before;
  rows.forEach((row, i) => {
    const original = verbatim?.get(i);
    if (original !== undefined && isUnchanged(row, { original, separator })) {
      text += original;
      return;
    }
    const breaks = (value: string) =>
      value === '' ? separator === ' ' : value.includes(separator) || /[\t\r\n]/.test(value);
    if (row.length === 0 || row.some(breaks))
      throw new RangeError(
        `conll: line ${line + i}: values must be columns between ${JSON.stringify(separator)}, got ${JSON.stringify(row)}; pass another separator`,
      );
    text += row.join(separator) + lineEnd;
  });
  return text + after;
}

/** Text of many sentences, piece by piece, ready for a file stream. */
export async function* writeConll(
  sentences: Iterable<ConllSentence> | AsyncIterable<ConllSentence>,
): AsyncGenerator<string> {
  for await (const sentence of sentences) yield formatConll(sentence);
}

function isUnchanged(
  row: readonly string[],
  { original, separator }: { original: string; separator: string },
): boolean {
  const line = withoutEnd(original);
  if (line === row.join(separator)) return true;
  const columns = splitRow(line, undefined);
  return columns.length === row.length && columns.every((column, i) => column === row[i]);
}

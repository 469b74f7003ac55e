/** One sentence of a column file, and its columns. */

export interface ConllSentence {
  /** The columns of each word. */
  readonly rows: readonly (readonly string[])[];
  /** Verbatim text above the first word: comments, `-DOCSTART-` lines and their blank lines, byte order mark. Default none. */
  readonly before?: string;
  /** Verbatim text below the last word, up to the next sentence's `before`. Default one blank line. */
  readonly after?: string;
  /** Between columns. Default one space. */
  readonly separator?: string;
  /** Default `\n`. */
  readonly lineEnd?: string;
  /** Line of the first word in its file, counted from 1. */
  readonly line?: number;
  /** By row, lines that `separator` and `lineEnd` would not give back as they were, with their ends. */
  readonly verbatim?: ReadonlyMap<number, string>;
}

/**
 * One column of a sentence.
 * @param at position from 0, or from −1 at the right
 * @throws RangeError naming the line for a row without it
 */
export function columnOf(sentence: ConllSentence, at: number): string[] {
  return sentence.rows.map((row, i) => {
    const value = row.at(at);
    if (value === undefined)
      throw new RangeError(
        `conll: line ${(sentence.line ?? 1) + i}: column ${at} is needed, got ${row.length} columns: ${row.join(' ')}; name the separator or another column`,
      );
    return value;
  });
}

/**
 * The sentence with one more column at the right, or with one replaced.
 * @param values one per word
 * @throws RangeError for another number of values
 */
export function withColumn(
  sentence: ConllSentence,
  values: readonly string[],
  { replace }: { replace?: number } = {},
): ConllSentence {
  const { rows } = sentence;
  if (values.length !== rows.length)
    throw new RangeError(
      `conll: a column needs a value for each of ${rows.length} words, got ${values.length}; check the sentence breaks`,
    );
  return {
    ...sentence,
    rows: rows.map((row, i) =>
      replace === undefined ? [...row, values[i]!] : row.with(replace, values[i]!),
    ),
  };
}

/** Columns of a line without its end: at the separator given, else at tabs if there is one, else at runs of spaces. */
export function splitRow(line: string, separator: string | undefined): string[] {
  if (separator !== undefined) return line.split(separator);
  if (line.includes('\t')) return line.split('\t');
  const columns = line.split(' ');
  return columns.includes('') ? columns.filter((column) => column !== '') : columns;
}

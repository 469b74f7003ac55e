/** A word: the unit in which spans are counted. */

/** Half-open [charStart, charEnd) in UTF-16 code units of its text. */
export interface Word {
  readonly charStart: number;
  readonly charEnd: number;
}

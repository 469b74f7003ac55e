/** A stretch of a context. Offsets are UTF-16 code units: `context.slice(charStart, charEnd) === text`. */
export interface Answer {
  readonly text: string;
  readonly charStart: number;
  readonly charEnd: number;
}

/** A question about a context, with the answers that people gave. */
export interface Question {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly context: string;
  /** Empty where the context does not answer the question (SQuAD 2.0), or where no answer is known. */
  readonly answers: readonly Answer[];
  /** The file says that the context does not answer the question. */
  readonly impossible: boolean;
}

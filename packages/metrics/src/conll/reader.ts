/** Reads column files (CoNLL-2002/2003, CoNLL-U, IOB2 …) as a stream of sentences. Knows nothing of tags. */
import { linesOf, splitLines, type TextSource, withoutEnd } from './lines.js';
import { type ConllSentence, splitRow } from './sentence.js';

export interface ConllOptions {
  /** Exact text between columns. Default: tabs in lines that have one, else runs of spaces. */
  readonly separator?: string;
  /**
   * Whether lines that start with # above a sentence's first word are comments. Default true; a line with as many columns
   * as the words before (2 if none) whose last is `O` or `X-…` is still the word #.
   */
  readonly comments?: boolean;
}

/**
 * Sentences of a column file, one at a time; whatever stands around them is kept, so that `writeConll` gives back the same text.
 * Sentences end at blank lines; `-DOCSTART-` lines are no words. A text without any word is one sentence without rows.
 * @throws TypeError for bytes that are not UTF-8
 */
export async function* readConll(
  source: TextSource,
  options: ConllOptions = {},
): AsyncGenerator<ConllSentence> {
  const parser = new ConllParser(options);
  for await (const lines of linesOf(source)) {
    for (const line of lines) {
      const sentence = parser.push(line);
      if (sentence) yield sentence;
    }
  }
  yield* parser.finish();
}

/** The same for a whole text at once. */
export function parseConll(text: string, options: ConllOptions = {}): ConllSentence[] {
  const parser = new ConllParser(options);
  const sentences = splitLines(text).flatMap((line) => parser.push(line) ?? []);
  return [...sentences, ...parser.finish()];
}

class ConllParser {
  readonly #separator: string | undefined;
  readonly #comments: boolean;
  #line = 0;
  #columns = 2;
  #before = '';
  #open: Draft | undefined;

  constructor({ separator, comments = true }: ConllOptions) {
    this.#separator = separator;
    this.#comments = comments;
  }

  /** Takes a line with its end; returns the sentence before the one that starts here, if one does. */
  push(raw: string): ConllSentence | undefined {
    this.#line++;
    const mark = this.#line === 1 && raw.startsWith('\ufeff') ? '\ufeff' : '';
    const verbatim = raw.slice(mark.length);
    const line = withoutEnd(verbatim);
    this.#before += mark;
    const blank = /^[ \t\r]*$/.test(line);
    const open = this.#open;
    if (open && open.after === '') {
      if (blank) open.after = verbatim;
      else open.add(line, verbatim);
      return;
    }
    const columns = blank ? [] : splitRow(line, this.#separator);
    if (blank && open && this.#before === '') open.after += verbatim;
    else if (blank || columns[0] === '-DOCSTART-' || this.#isComment(columns))
      this.#before += verbatim;
    else {
      this.#open = new Draft(
        { before: this.#before, line: this.#line, separator: this.#separator },
        line,
        verbatim,
      );
      this.#columns = columns.length;
      this.#before = '';
      return open?.sentence;
    }
  }

  *finish(): Generator<ConllSentence> {
    if (this.#open) yield { ...this.#open.sentence, after: this.#open.after + this.#before };
    else if (this.#before) yield { rows: [], before: this.#before, after: '' };
  }

  #isComment(columns: readonly string[]): boolean {
    if (!this.#comments || !columns[0]?.startsWith('#')) return false;
    return columns.length !== this.#columns || !/^(O|[A-Z]-.+)$/.test(columns.at(-1)!);
  }
}

/** A sentence whose end has not been seen. */
class Draft {
  after = '';
  readonly #rows: string[][] = [];
  readonly #verbatim = new Map<number, string>();
  readonly #given: { before: string; line: number; separator: string | undefined };
  readonly #separator: string;
  readonly #lineEnd: string;

  constructor(
    given: { before: string; line: number; separator: string | undefined },
    line: string,
    verbatim: string,
  ) {
    this.#given = given;
    this.#separator = given.separator ?? (line.includes('\t') ? '\t' : ' ');
    this.#lineEnd = verbatim.slice(line.length) || '\n';
    this.add(line, verbatim);
  }

  add(line: string, verbatim: string): void {
    const columns = splitRow(line, this.#given.separator);
    const regular =
      verbatim.length === line.length + this.#lineEnd.length &&
      line === columns.join(this.#separator) &&
      !columns.includes('') &&
      !line.includes('\r') &&
      (this.#separator === '\t' || !line.includes('\t'));
    if (!regular) this.#verbatim.set(this.#rows.length, verbatim);
    this.#rows.push(columns);
  }

  get sentence(): ConllSentence {
    const { before, line } = this.#given;
    const verbatim = this.#verbatim.size ? { verbatim: this.#verbatim } : {};
    return {
      rows: this.#rows,
      before,
      after: this.after,
      separator: this.#separator,
      lineEnd: this.#lineEnd,
      line,
      ...verbatim,
    };
  }
}

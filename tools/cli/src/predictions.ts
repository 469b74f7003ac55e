import { parseTags, type Span } from '@calibre/metrics';
import { type ConllSentence, columnOf, readSpans } from '@calibre/metrics/conll';
import { type LabelledSentence, lineOf, parseColumns } from './corpus.js';
import { readText } from './files.js';

/** A base model's answers, sentence by sentence. */
export interface Predictions {
  /** In words. */
  readonly spans: readonly (readonly Span[])[];
  /** One for each word, where the file has tags. */
  readonly tags: readonly (readonly string[])[] | undefined;
}

/**
 * Reads a base model's predictions for `sentences`: a column of tags line by line, a CoNLL file whose last column is the tag,
 * or JSON lines of spans. Words, where the file has them, must be those of the sentences.
 *
 * @throws Error naming the first line that does not line up
 */
export async function readPredictions(
  path: string,
  sentences: readonly LabelledSentence[],
): Promise<Predictions> {
  const text = await readText(path);
  const tags = /^\s*\{/.test(text) ? undefined : tagsOf(path, text, sentences);
  const spans = tags?.map((own) => parseTags(own)) ?? (await spansOf(path, text, sentences));
  if (spans.length === sentences.length) return { spans, tags };
  const last = sentences[Math.min(spans.length, sentences.length) - 1];
  throw new Error(
    `${path}: must predict the ${sentences.length} sentences of the text, got ${spans.length}; ` +
      `both agree up to line ${last ? lineOf(last.conll, last.words.length - 1) : 0} of the text`,
  );
}

async function spansOf(
  path: string,
  text: string,
  sentences: readonly LabelledSentence[],
): Promise<Span[][]> {
  const predicted: Span[][] = [];
  for await (const { words, spans } of readSpans(text)) {
    const place = `${path}: sentence ${predicted.length + 1}`;
    requireSameWords(words, sentences[predicted.length], () => place);
    predicted.push([...spans]);
  }
  return predicted;
}

function tagsOf(path: string, text: string, sentences: readonly LabelledSentence[]): string[][] {
  return parseColumns(path, text).map((conll, index) => {
    const place = (word: number) => `${path}:${lineOf(conll, word)}`;
    const hasWords = (conll.rows[0]?.length ?? 0) > 1;
    const words = hasWords ? wordsOf(conll, sentences[index]) : conll.rows.map(() => undefined);
    requireSameWords(words, sentences[index], place);
    return columnOf(conll, -1);
  });
}

/** The column of words: the one that the text's own file has them in, when it is there. */
function wordsOf(conll: ConllSentence, sentence: LabelledSentence | undefined): string[] {
  const column = sentence?.conll.rows[0]?.indexOf(sentence.words[0] ?? '') ?? 0;
  return columnOf(conll, Math.max(0, column));
}

/** `words` of the prediction (undefined: not given) against those of the text. */
function requireSameWords(
  words: readonly (string | undefined)[],
  sentence: LabelledSentence | undefined,
  place: (word: number) => string,
): void {
  if (sentence === undefined) return; // too many sentences: told at the end
  const other = words.findIndex(
    (word, index) => word !== undefined && word !== sentence.words[index],
  );
  if (other >= 0) {
    throw new Error(
      `${place(other)}: predictions must line up with the text, got the word "${words[other]}" where line ${lineOf(sentence.conll, other)} of the text has "${sentence.words[other] ?? 'a sentence end'}"; predict the same file`,
    );
  }
  if (words.length === sentence.words.length) return;
  const shorter = Math.min(words.length, sentence.words.length);
  throw new Error(
    `${place(shorter)}: predictions must line up with the text, got a sentence of length ${words.length} for one of length ${sentence.words.length} (line ${lineOf(sentence.conll, shorter)} of the text); keep the blank lines between sentences`,
  );
}

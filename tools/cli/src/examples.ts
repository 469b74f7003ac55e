import { readPassages, toLabelledWords } from '@calibre/data-wiki';
import type { Tokenizer } from '@calibre/model';
import type { LabelledSentence, RecoveryExample } from '@calibre/train';
import { readLabelled } from './corpus.js';

/**
 * Text whose spans are right, for boundary recovery: passages that `calibre extract` wrote (JSON lines, Parquet), or
 * labelled column files, whose language is taken to be their name up to the first dot.
 */
export async function readExamples(paths: readonly string[]): Promise<RecoveryExample[]> {
  const examples: RecoveryExample[] = [];
  for (const path of paths) {
    if (isPassages(path)) {
      for await (const passage of readPassages(path)) {
        examples.push({ ...toLabelledWords(passage), language: passage.language });
      }
      continue;
    }
    const language = /([^/\\.]+)[^/\\]*$/.exec(path)?.[1] ?? path;
    for (const { words, spans } of await readLabelled(path)) {
      if (spans.length > 0) examples.push({ words, spans, language });
    }
  }
  return examples;
}

const isPassages = (path: string) => /\.(jsonl(\.gz)?|parquet)$/.test(path);

/** Tokens of one item for each span, with its copy and the special tokens: what an epoch of calibration reads. */
export function spanItemTokens(
  examples: readonly LabelledSentence[],
  { tokenizer, maxWords }: { tokenizer: Tokenizer; maxWords: number },
): number {
  const special = 3;
  return examples.reduce((sum, { words, spans }) => {
    const tokens = tokenCount(words, tokenizer);
    const read = (tokens * Math.min(words.length, maxWords)) / words.length;
    const copies = spans.reduce(
      (copied, { start, end }) => copied + tokenCount(words.slice(start, end), tokenizer),
      0,
    );
    return sum + copies + spans.length * (read + special);
  }, 0);
}

/** Tokens of sentences with their two special tokens: what an epoch of tagging reads. */
export const sentenceTokens = (
  sentences: readonly LabelledSentence[],
  tokenizer: Tokenizer,
): number => sentences.reduce((sum, { words }) => sum + tokenCount(words, tokenizer) + 2, 0);

const tokenCount = (words: readonly string[], tokenizer: Tokenizer) =>
  words.reduce((sum, word) => sum + tokenizer.wordIds(word).length, 0);

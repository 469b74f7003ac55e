import { createReadStream } from 'node:fs';
import { parseTags, type Span } from '@calibre/metrics';
import { columnOf, readConll, readSpans } from '@calibre/metrics/conll';
import { type BaseModel, specificationVersion } from './base-model.js';
import { Disposal } from './disposal.js';
import { inOrder } from './span-order.js';

/** Where a file of predictions has what. */
export interface ConllModelOptions {
  /** A column file with the words, where the predictions are tags alone, line by line. */
  readonly words?: string;
  /** Column of the words: from 0, or from −1 at the right. Default 0. */
  readonly wordColumn?: number;
  /** Column of the predicted tags. Default −1. */
  readonly tagColumn?: number;
  /** Default: the path. */
  readonly id?: string;
}

/**
 * Predictions from a file as a base model, which answers for the sentences of the file. The file is columns (CoNLL) with
 * words and tags; or tags alone, beside a file of the words; or JSON lines with `words` and `spans` (`.jsonl`).
 *
 * ```ts
 * const base = await conllModel('es.prediction', { words: 'es.dev' });
 * ```
 *
 * @throws where the two files do not line up, naming the line; `predict` where it is asked for another sentence
 */
export async function conllModel(
  path: string,
  options: ConllModelOptions = {},
): Promise<BaseModel> {
  const { id = path } = options;
  const answers = new Map<string, readonly Span[]>();
  const labels = new Set<string>();
  for await (const { words, spans } of path.endsWith('.jsonl')
    ? readSpans(createReadStream(path))
    : readTagged(path, options)) {
    const key = keyOf(words);
    // A sentence that is repeated has one answer, the first.
    if (!answers.has(key)) answers.set(key, inOrder(spans));
    for (const { label } of spans) labels.add(label);
  }
  const disposal = new Disposal(id, async () => answers.clear());
  return {
    specificationVersion,
    id,
    labels: [...labels].sort(),
    async predict(sentences, { signal } = {}) {
      disposal.check();
      signal?.throwIfAborted();
      return sentences.map((words, sentence) => {
        const spans = words.length === 0 ? [] : answers.get(keyOf(words));
        if (spans) return spans;
        throw new Error(
          `${id}: must hold every sentence that is asked for, got none with the words "${words.slice(0, 6).join(' ')} …" (sentence ${sentence}); predict the same text that the file was made from`,
        );
      });
    },
    dispose: () => disposal.dispose(),
  };
}

interface Tagged {
  readonly words: readonly string[];
  readonly spans: readonly Span[];
}

async function* readTagged(path: string, options: ConllModelOptions): AsyncGenerator<Tagged> {
  const { words: wordsPath, wordColumn = 0, tagColumn = -1 } = options;
  const texts = wordsPath === undefined ? undefined : readConll(createReadStream(wordsPath));
  for await (const sentence of readConll(createReadStream(path))) {
    const tags = columnOf(sentence, tagColumn);
    const text = texts ? (await texts.next()).value : sentence;
    const words = text ? columnOf(text, wordColumn) : [];
    if (words.length !== tags.length) {
      throw new Error(
        `${path}: line ${sentence.line ?? 1}: must have a tag for each of ${words.length} words of ${wordsPath ?? path}, got ${tags.length}; keep the lines of both files in step`,
      );
    }
    yield { words, spans: parseTags(tags) };
  }
  const next = await texts?.next();
  if (next && !next.done) {
    throw new Error(
      `${path}: must have tags for every sentence of ${wordsPath}, got none from its line ${next.value.line ?? 1}; keep the lines of both files in step`,
    );
  }
}

const keyOf = (words: readonly string[]): string => words.join('\n');

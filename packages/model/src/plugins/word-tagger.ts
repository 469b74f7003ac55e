import { parseTags, type Span } from '@calibre/metrics';
import { type TaggerRow, taggerRows } from '../network/tagger-rows.js';
import { tokenizeWords } from '../network/tokenized-words.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { type BaseModel, specificationVersion } from './base-model.js';
import { Disposal } from './disposal.js';

/** What makes a base model of a token classifier. */
export interface WordClassifier {
  readonly id: string;
  /** The classifier's outputs in order, such as O, B-PER, I-PER; or labels without prefix. */
  readonly tags: readonly string[];
  readonly tokenizer: Tokenizer;
  /** Greatest number of tokens that the model reads at a time. */
  readonly maxTokens: number;
  classify(rows: readonly TaggerRow[]): Promise<WordLogits>;
  release(): Promise<unknown>;
}

/** Logits of each tag, for each word of each row. */
export interface WordLogits {
  readonly data: ArrayLike<number>;
  /** Index in `data` of a word's first logit. */
  readonly offsetOf: (row: number, word: number) => number;
}

/** Where a word's logits stand in logits [B,T,L] of tokens: at its first token. */
export function firstTokens(
  rows: readonly TaggerRow[],
  { T, L }: { T: number; L: number },
): WordLogits['offsetOf'] {
  return (row, word) => (row * T + (rows[row]?.wordPositions[word] as number)) * L;
}

/**
 * A base model of a token classifier: words to tokens (long sentences in windows), a tag for each word from its first
 * token, tags to spans. A span's score is the mean probability of its tags.
 */
export function wordTagger(classifier: WordClassifier): BaseModel {
  const { id, tokenizer, maxTokens } = classifier;
  const prefixed = classifier.tags.some((tag) => /^[A-Z]-./.test(tag));
  const tags = classifier.tags.map((tag) => (prefixed || tag === 'O' ? tag : `I-${tag}`));
  const disposal = new Disposal(id, () => classifier.release());
  return {
    specificationVersion,
    id,
    labels: [...new Set(tags.filter((tag) => tag !== 'O').map((tag) => tag.slice(2)))],
    async predict(sentences, { signal } = {}) {
      disposal.check();
      signal?.throwIfAborted();
      const found = sentences.map((words) => words.map((): TagScore => ({ tag: 'O', score: 0 })));
      const rows = sentences.flatMap((words, sentence) =>
        taggerRows(tokenizeWords(tokenizer, words), { layout: tokenizer.layout, maxTokens }).map(
          (row) => ({ ...row, sentence }),
        ),
      );
      for (const batch of batches(rows)) {
        const { data, offsetOf } = await classifier.classify(batch);
        signal?.throwIfAborted();
        batch.forEach(({ sentence, firstWord, wordPositions }, row) => {
          wordPositions.forEach((_, word) => {
            (found[sentence] as TagScore[])[firstWord + word] = best(data, {
              start: offsetOf(row, word),
              tags,
            });
          });
        });
      }
      return found.map(spansOf);
    },
    dispose: () => disposal.dispose(),
  };
}

interface TagScore {
  readonly tag: string;
  readonly score: number;
}

const tokensPerBatch = 4096; // enough to fill a processor, little enough to stop soon

/** Rows of like length together, the short ones first. */
function* batches<R extends TaggerRow>(rows: readonly R[]): Generator<R[]> {
  let batch: R[] = [];
  for (const row of rows.toSorted((a, b) => a.inputIds.length - b.inputIds.length)) {
    if (batch.length > 0 && (batch.length + 1) * row.inputIds.length > tokensPerBatch) {
      yield batch;
      batch = [];
    }
    batch.push(row);
  }
  if (batch.length > 0) yield batch;
}

/** The likeliest tag of the logits from `start`, with its probability. */
function best(
  logits: ArrayLike<number>,
  { start, tags }: { start: number; tags: readonly string[] },
): TagScore {
  const at = (tag: number) => logits[start + tag] as number;
  let top = 0;
  for (let tag = 1; tag < tags.length; tag++) if (at(tag) > at(top)) top = tag;
  const sum = tags.reduce((total, _, tag) => total + Math.exp(at(tag) - at(top)), 0);
  return { tag: tags[top] as string, score: 1 / sum };
}

function spansOf(words: readonly TagScore[]): Span[] {
  return parseTags(words.map(({ tag }) => tag)).map((span) => {
    const scores = words.slice(span.start, span.end).map(({ score }) => score);
    return { ...span, score: scores.reduce((a, b) => a + b) / scores.length };
  });
}

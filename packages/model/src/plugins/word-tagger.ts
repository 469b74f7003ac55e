import { parseTags, type Span } from '@calibre/metrics';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { type BaseModel, specificationVersion } from './base-model.js';
import { Disposal } from './disposal.js';

/** B rows of T tokens, short ones padded: int64 as ONNX models take them. */
export interface TokenBatch {
  readonly inputIds: BigInt64Array<ArrayBuffer>;
  readonly attentionMask: BigInt64Array<ArrayBuffer>;
  readonly tokenTypeIds: BigInt64Array<ArrayBuffer>;
  readonly shape: readonly [B: number, T: number];
}

/** What makes a base model of a token classifier. */
export interface TokenClassifier {
  readonly id: string;
  /** The classifier's outputs in order, such as O, B-PER, I-PER; or labels without prefix. */
  readonly tags: readonly string[];
  readonly tokenizer: Tokenizer;
  /** Greatest number of tokens that the model reads at a time. */
  readonly maxTokens: number;
  /** Logits [B,T,tags]. */
  classify(batch: TokenBatch): Promise<ArrayLike<number>>;
  release(): Promise<unknown>;
}

/**
 * A base model of a token classifier: words to tokens, longer sentences in overlapping windows, each word's tag from its
 * first token in the window where it has most context, tags to spans. A span's score is the mean probability of its tags.
 */
export function wordTagger(classifier: TokenClassifier): BaseModel {
  const { id } = classifier;
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
      const readings = sentences.map((words) =>
        words.map((): Reading => ({ context: -1, tag: 'O', score: 0 })),
      );
      const windows = sentences.flatMap((words, sentence) =>
        windowsOf(words, classifier).map((window) => ({ ...window, sentence })),
      );
      for (const batch of batches(windows)) {
        const rows = batch.map(({ tokens }) => classifier.tokenizer.assemble([tokens]));
        const T = Math.max(...rows.map(({ ids }) => ids.length));
        const logits = await classifier.classify(
          pad(rows, { T, pad: classifier.tokenizer.special.pad }),
        );
        signal?.throwIfAborted();
        batch.forEach(({ sentence, firstWord, contexts, firstTokens }, row) => {
          const start = rows[row]?.starts[0] ?? 0;
          contexts.forEach((context, at) => {
            const own = readings[sentence] as Reading[];
            if (context <= (own[firstWord + at] as Reading).context) return;
            const token = row * T + start + (firstTokens[at] as number);
            own[firstWord + at] = {
              context,
              ...best(logits, { start: token * tags.length, tags }),
            };
          });
        });
      }
      return readings.map(spansOf);
    },
    dispose: () => disposal.dispose(),
  };
}

/** A word's tag as it stands so far, and the words of context it was read with. */
interface Reading {
  readonly context: number;
  readonly tag: string;
  readonly score: number;
}

interface Window {
  readonly firstWord: number;
  readonly tokens: readonly number[];
  /** For each word its first token, and how many words stand between it and the nearer cut. */
  readonly firstTokens: readonly number[];
  readonly contexts: readonly number[];
}

/** A sentence in windows of whole words, each sharing about a quarter of its tokens with the next. */
function windowsOf(words: readonly string[], { tokenizer, maxTokens }: TokenClassifier): Window[] {
  const room = maxTokens - tokenizer.assemble([[]]).ids.length;
  const pieces = words.map((word) => tokenizer.wordIds(word).slice(0, room));
  const windows: Window[] = [];
  for (let first = 0, end = 0; end < words.length; ) {
    const tokens: number[] = [];
    const firstTokens: number[] = [];
    for (end = first; end < words.length; end++) {
      const piece = pieces[end] as readonly number[];
      if (tokens.length + piece.length > room) break;
      firstTokens.push(tokens.length);
      tokens.push(...piece);
    }
    const [from, to] = [first, end];
    windows.push({
      firstWord: from,
      tokens,
      firstTokens,
      contexts: firstTokens.map((_, at) =>
        Math.min(
          from === 0 ? words.length : at,
          to === words.length ? words.length : to - from - 1 - at,
        ),
      ),
    });
    const shared = firstTokens.findIndex((token) => token >= tokens.length - room / 4);
    first = Math.max(from + 1, shared < 0 ? to : from + shared);
  }
  return windows;
}

const tokensOfBatch = 4096; // large enough to fill a processor, small enough to stop soon

/** Windows of like length together. */
function* batches<W extends Window>(windows: readonly W[]): Generator<W[]> {
  const sorted = windows.toSorted((a, b) => a.tokens.length - b.tokens.length);
  let batch: W[] = [];
  for (const window of sorted) {
    if (batch.length > 0 && (batch.length + 1) * window.tokens.length > tokensOfBatch) {
      yield batch;
      batch = [];
    }
    batch.push(window);
  }
  if (batch.length > 0) yield batch;
}

/** Rows of ids as one batch. */
export function pad(
  rows: readonly { readonly ids: readonly number[]; readonly typeIds: readonly number[] }[],
  { T, pad }: { T: number; pad: number },
): TokenBatch {
  const filled = (value: number) => new BigInt64Array(rows.length * T).fill(BigInt(value));
  const [inputIds, attentionMask, tokenTypeIds] = [filled(pad), filled(0), filled(0)];
  rows.forEach(({ ids, typeIds }, row) => {
    ids.forEach((id, at) => {
      inputIds[row * T + at] = BigInt(id);
      attentionMask[row * T + at] = 1n;
      tokenTypeIds[row * T + at] = BigInt(typeIds[at] as number);
    });
  });
  return { inputIds, attentionMask, tokenTypeIds, shape: [rows.length, T] };
}

/** The likeliest tag of the logits from `start`, with its probability. */
function best(
  logits: ArrayLike<number>,
  { start, tags }: { start: number; tags: readonly string[] },
): { tag: string; score: number } {
  let top = 0;
  for (let at = 1; at < tags.length; at++) {
    if ((logits[start + at] as number) > (logits[start + top] as number)) top = at;
  }
  let sum = 0;
  for (let at = 0; at < tags.length; at++) {
    sum += Math.exp((logits[start + at] as number) - (logits[start + top] as number));
  }
  return { tag: tags[top] as string, score: 1 / sum };
}

function spansOf(readings: readonly Reading[]): Span[] {
  return parseTags(readings.map(({ tag }) => tag)).map((span) => {
    const scores = readings.slice(span.start, span.end).map(({ score }) => score);
    return { ...span, score: scores.reduce((a, b) => a + b) / scores.length };
  });
}

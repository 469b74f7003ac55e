/** A toy language that a tiny network learns in seconds: a span is a run of capitalised words. */
import { createTokenizer, type Tokenizer, wordPieceSpecification } from '@calibre/model';
import { randomOf } from '../src/random.js';
import type { RecoveryExample } from '../src/recovery.js';

const lower = ['the', 'river', 'runs', 'by', 'a', 'town', 'and', 'past', 'old', 'walls'];
const upper = ['Ann', 'Lee', 'Oslo', 'Rome', 'Kim', 'Nile', 'Bay', 'Ford'];
const labels = ['PER', 'LOC'];

/** One-word tokens for every word of the language. */
export const toyTokenizer: Tokenizer = createTokenizer(
  wordPieceSpecification(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...lower, ...upper], {
    lowercase: false,
    stripAccents: false,
    separateIdeographs: true,
  }),
);

/** Sentences of nine words with a span of one to three; the span's first word tells its label. */
export function toySentences(count: number, { seed = 1, language = 'en' } = {}): RecoveryExample[] {
  return Array.from({ length: count }, (_, index) => {
    const random = randomOf(seed, index);
    const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] as string;
    const start = 1 + Math.floor(random() * 5);
    const end = start + 1 + Math.floor(random() * 3);
    const words = Array.from({ length: 9 }, (_, at) =>
      pick(at >= start && at < end ? upper : lower),
    );
    const label = labels[upper.indexOf(words[start] as string) % 2] as string;
    return { language, words, spans: [{ start, end, label }] };
  });
}

/** Small enough for hundreds of steps in a few seconds. */
export const toyTraining = {
  size: 'tiny',
  encoder: { width: 32, heads: 2, innerWidth: 64, positions: 64 },
  vocabulary: { minCount: 1, maxSize: 100 },
  learningRate: 5e-3,
  tokensPerBatch: 800,
  microBatches: 2,
  saveEverySteps: 0,
} as const;

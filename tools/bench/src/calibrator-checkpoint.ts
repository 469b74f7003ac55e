/** Checkpoints of random weights for the calibrator's benchmark, and sentences of invented words that they read. */
import {
  type AnsweredSentence,
  calibratorDefaults,
  calibratorParameters,
  type EncoderConfiguration,
  encoderOfSize,
  initialParameters,
  trainWordPiece,
  writeCheckpoint,
  writeConfiguration,
} from '@calibre/model';
import { uniform } from './encoder.js';

const labels = ['NONE', 'PER', 'LOC', 'ORG', 'MISC'];
const vocabularySize = 8000;
const inventedWords = 20_000;

/** A generator of whole numbers 0…limit − 1, the same everywhere. */
function draws(seed: number): (limit: number) => number {
  const random = uniform(seed);
  return (limit) => Math.floor((random() + 0.5) * limit);
}

/** Sentences of 8–40 words, the first ones of a list being the most frequent, with 1–4 initial answers of 1–3 words. */
export function invent(answers: number): AnsweredSentence[] {
  const below = draws(1);
  const syllable = () => `${'bdfgklmnprstvz'[below(14)]}${'aeiou'[below(5)]}`;
  const words = Array.from({ length: inventedWords }, () =>
    Array.from({ length: 1 + below(4) }, syllable).join(''),
  );
  const word = () => words[Math.floor(inventedWords ** (below(1e6) / 1e6)) - 1] as string; // Zipf
  const sentences: AnsweredSentence[] = [];
  for (let left = answers; left > 0; ) {
    const length = 8 + below(33);
    const count = Math.min(left, 1 + below(Math.min(4, Math.floor(length / 4))));
    const spans = Array.from({ length: count }, (_, i) => ({
      start: 4 * i,
      end: 4 * i + 1 + below(3),
      label: labels[1 + below(labels.length - 1)] as string,
    }));
    sentences.push({ words: Array.from({ length }, word), spans });
    left -= count;
  }
  return sentences;
}

/** Writes a small calibrator (256 × 4) that Hugging Face loads too; the sentences that it is to read. */
export async function writeSmallCheckpoint(
  folder: string,
  { answers }: { readonly answers: number },
): Promise<AnsweredSentence[]> {
  const sentences = invent(answers);
  await write(folder, {
    sentences,
    encoder: encoderOfSize('small', { vocabularySize }),
  });
  return sentences;
}

/** Writes a calibrator of BERT's size (768 × 12, 30 000 pieces). */
export const writeLargeCheckpoint = (folder: string): Promise<void> =>
  write(folder, {
    sentences: invent(100),
    encoder: encoderOfSize('base', {
      vocabularySize: 30_000,
      width: 768,
      innerWidth: 3072,
      layers: 12,
      heads: 12,
    }),
  });

/** Everything but the word shapes and the initial labels, which Hugging Face's embeddings have no place for. */
async function write(
  folder: string,
  { encoder, sentences }: { encoder: EncoderConfiguration; sentences: readonly AnsweredSentence[] },
): Promise<void> {
  const lines = sentences.map(({ words }) => words.join(' '));
  const tokenizer = trainWordPiece(lines, Math.min(vocabularySize, encoder.vocabularySize));
  const model = {
    encoder,
    tags: [],
    calibrator: { ...calibratorDefaults, labels, wordShapes: false, initialLabels: false },
  };
  const random = uniform(2);
  const specifications = calibratorParameters(model).map((each) =>
    each.start === 'zeros' ? { ...each, start: 'normal' as const } : each,
  );
  const tensors = initialParameters(specifications, {
    random: () => random() + 0.5,
    deviation: 0.05,
  });
  await writeCheckpoint(folder, { config: writeConfiguration(model), tensors, tokenizer });
}

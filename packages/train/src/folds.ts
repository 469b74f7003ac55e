/** Out-of-fold predictions: each sentence is predicted by a model that never saw it (decision 0005). */
import type { Span } from '@calibre/metrics';
import type { BaseModel } from '@calibre/model';
import { permutation, randomOf } from './random.js';
import type { LabelledSentence } from './sentences.js';

/** Fold of each of `length` items: sizes differ by at most one, membership is shuffled. */
export function foldsOf(
  length: number,
  { folds, seed }: { folds: number; seed: number },
): Uint8Array {
  if (!(folds >= 2 && folds <= Math.min(length, 255)))
    throw new RangeError(
      `folds: must be 2 to the number of items (${length}) and at most 255, got ${folds}; give more items or fewer folds`,
    );
  const fold = new Uint8Array(length);
  permutation(length, randomOf(seed)).forEach((item, place) => {
    fold[item] = place % folds;
  });
  return fold;
}

export interface OutOfFoldOptions {
  /** Parts the sentences are cut into, 2 or more. Default 5. */
  readonly folds?: number;
  readonly seed: number;
  /** Trains a model on the sentences of the other folds. Called once a fold, one after another. */
  readonly train: (sentences: readonly LabelledSentence[], fold: number) => Promise<BaseModel>;
  readonly signal?: AbortSignal;
}

/** The answers of the model that did not see each sentence, in the order of the sentences. */
export async function outOfFoldPredictions(
  sentences: readonly LabelledSentence[],
  { folds = 5, seed, train, signal }: OutOfFoldOptions,
): Promise<readonly (readonly Span[])[]> {
  const foldOf = foldsOf(sentences.length, { folds, seed });
  const answers: (readonly Span[])[] = new Array(sentences.length);
  for (let fold = 0; fold < folds; fold++) {
    const inside = [...sentences.keys()].filter((index) => foldOf[index] === fold);
    const model = await train(
      sentences.filter((_, index) => foldOf[index] !== fold),
      fold,
    );
    try {
      const words = inside.map((index) => (sentences[index] as LabelledSentence).words);
      const predicted = await model.predict(words, signal ? { signal } : {});
      inside.forEach((index, place) => {
        answers[index] = predicted[place] as readonly Span[];
      });
    } finally {
      await model.dispose();
    }
  }
  return answers;
}

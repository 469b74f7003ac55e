import type { BaseModel } from '@calibre/model';
import { expect, test } from 'vitest';
import { foldsOf, outOfFoldPredictions } from './folds.js';
import type { LabelledSentence } from './sentences.js';

test('ten items in three folds: sizes 4, 3, 3', () => {
  const fold = foldsOf(10, { folds: 3, seed: 1 });
  expect([0, 1, 2].map((part) => fold.filter((value) => value === part).length)).toEqual([4, 3, 3]);
});

test('more folds than items is an error', () => {
  expect(() => foldsOf(3, { folds: 4, seed: 1 })).toThrow('got 4');
});

test('each sentence is answered by a model that did not see it', async () => {
  const sentences: LabelledSentence[] = Array.from({ length: 7 }, (_, index) => ({
    words: [`w${index}`],
    spans: [],
  }));
  let disposed = 0;
  // A model that answers one span for a sentence it has seen, none otherwise.
  const train = async (seen: readonly LabelledSentence[]): Promise<BaseModel> => ({
    specificationVersion: 1,
    id: 'memory',
    labels: ['SEEN'],
    predict: async (batch) =>
      batch.map((words) =>
        seen.some((sentence) => sentence.words[0] === words[0])
          ? [{ start: 0, end: 1, label: 'SEEN' }]
          : [],
      ),
    dispose: async () => {
      disposed++;
    },
  });
  const answers = await outOfFoldPredictions(sentences, { folds: 3, seed: 1, train });
  expect(answers).toEqual([[], [], [], [], [], [], []]);
  expect(disposed).toBe(3);
});

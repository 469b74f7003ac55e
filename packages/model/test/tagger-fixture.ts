/** The tiny BERT as a token classifier, which two plugins read from different files. */
import { expect, onTestFinished } from 'vitest';
import type { BaseModel } from '../src/index.js';

/** Each plugin gives the spans of the tags that Hugging Face gives the same words. */
export async function expectTagsOfHuggingFace(base: BaseModel): Promise<void> {
  onTestFinished(() => base.dispose());
  expect(base.labels).toEqual(['PER', 'ORG', 'LOC', 'MISC']);
  // B-MISC B-MISC B-LOC B-MISC B-MISC, probabilities .44494 .82895 .62676 .97569 .43967
  const [spans] = await base.predict([['Die', 'Brücke', 'in', 'München', '😀']]);
  expect(
    spans?.map(({ start, end, label, score }) => [start, end, label, score?.toFixed(4)]),
  ).toEqual([
    [0, 1, 'MISC', '0.4449'],
    [1, 2, 'MISC', '0.8290'],
    [2, 3, 'LOC', '0.6268'],
    [3, 4, 'MISC', '0.9757'],
    [4, 5, 'MISC', '0.4397'],
  ]);
}

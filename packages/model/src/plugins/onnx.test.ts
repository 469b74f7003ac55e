import { expect, onTestFinished, test } from 'vitest';
import { goldenPath } from '../../test/golden.js';
import { checkConformance } from '../conformance/index.js';
import { loadTokenizer } from '../tokenizers/load-tokenizer.js';
import { onnxModel } from './onnx.js';

const path = goldenPath('tagger-onnx/onnx/model.onnx');
const tokenizer = await loadTokenizer(goldenPath('tagger-onnx'));
const tags = ['O', 'B-PER', 'I-PER', 'B-ORG', 'I-ORG', 'B-LOC', 'I-LOC', 'B-MISC', 'I-MISC'];
const create = () => onnxModel(path, { tokenizer, tags, maxTokens: 64 });

test('conforms', () => checkConformance(create));

test('the spans of the tags that Hugging Face gives the same words', async () => {
  const base = await create();
  onTestFinished(() => base.dispose());
  // B-MISC B-MISC B-LOC B-MISC B-MISC, probabilities .44494 .82895 .62676 .97569 .43967
  const [spans] = await base.predict([['Die', 'Brücke', 'in', 'München', '😀']]);
  expect(spans?.map(({ start, end, label }) => [start, end, label])).toEqual([
    [0, 1, 'MISC'],
    [1, 2, 'MISC'],
    [2, 3, 'LOC'],
    [3, 4, 'MISC'],
    [4, 5, 'MISC'],
  ]);
  expect(spans?.map(({ score }) => score?.toFixed(4))).toEqual([
    '0.4449',
    '0.8290',
    '0.6268',
    '0.9757',
    '0.4397',
  ]);
});

test('tags that are too few are an error', async () => {
  const base = await onnxModel(path, { tokenizer, tags: ['O', 'B-PER'] });
  onTestFinished(() => base.dispose());
  await expect(base.predict([['Kaldur']])).rejects.toThrow(
    "tags must name each of the model's 9 outputs, got 2",
  );
});

import { expect, onTestFinished, test } from 'vitest';
import { goldenPath } from '../../test/golden.js';
import { expectTagsOfHuggingFace } from '../../test/tagger-fixture.js';
import { checkConformance } from '../conformance/index.js';
import { loadTokenizer } from '../tokenizers/load-tokenizer.js';
import { onnxModel } from './onnx.js';

const path = goldenPath('tagger-onnx/onnx/model.onnx');
const tokenizer = await loadTokenizer(goldenPath('tagger-onnx'));
const tags = ['O', 'B-PER', 'I-PER', 'B-ORG', 'I-ORG', 'B-LOC', 'I-LOC', 'B-MISC', 'I-MISC'];
const create = () => onnxModel(path, { tokenizer, tags, maxTokens: 64 });

test('conforms', () => checkConformance(create));

test('the spans of the tags that Hugging Face gives the same words', async () =>
  expectTagsOfHuggingFace(await create()));

test('tags that are too few are an error', async () => {
  const base = await onnxModel(path, { tokenizer, tags: ['O', 'B-PER'] });
  onTestFinished(() => base.dispose());
  await expect(base.predict([['Kaldur']])).rejects.toThrow(
    "tags must name each of the model's 9 outputs, got 2",
  );
});

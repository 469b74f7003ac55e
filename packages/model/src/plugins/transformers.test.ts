import { env, pipeline } from '@xenova/transformers';
import { expect, onTestFinished, test } from 'vitest';
import { goldenPath } from '../../test/golden.js';
import { checkConformance } from '../conformance/index.js';
import { type TransformersPipeline, transformersModel } from './transformers.js';

env.allowRemoteModels = false;
env.localModelPath = goldenPath('');

const load = async (task: 'token-classification' | 'question-answering', name: string) =>
  (await pipeline(task, name, { dtype: 'fp32' })) as unknown as TransformersPipeline;

const sentence = ['Lena', 'Ortmann', 'repaired', 'the', 'old', 'bridge', 'near', 'Kaldur', '.'];

test('a token-classification pipeline conforms', () =>
  checkConformance(async () =>
    transformersModel(await load('token-classification', 'tagger-onnx')),
  ));

test('tags are those that Hugging Face gives the same words', async () => {
  const base = transformersModel(await load('token-classification', 'tagger-onnx'));
  onTestFinished(() => base.dispose());
  expect(base.labels).toEqual(['PER', 'ORG', 'LOC', 'MISC']);
  const [spans] = await base.predict([sentence]);
  // B B B I B I B I B, all MISC
  expect(spans?.map(({ start, end }) => [start, end])).toEqual([
    [0, 1],
    [1, 2],
    [2, 4],
    [4, 6],
    [6, 8],
    [8, 9],
  ]);
  expect(spans?.[2]?.score).toBeCloseTo((0.92221 + 0.7304) / 2, 4);
});

const questions = { WHO: 'Who repaired the bridge ?', WHERE: 'near Kaldur ?' };

test('a question-answering pipeline conforms', () =>
  checkConformance(async () =>
    transformersModel(await load('question-answering', 'reader-onnx'), { questions, id: 'reader' }),
  ));

test("answers are the words with the greatest sum of Hugging Face's logits, scored against no answer", async () => {
  const base = transformersModel(await load('question-answering', 'reader-onnx'), { questions });
  onTestFinished(() => base.dispose());
  const [spans] = await base.predict([sentence]);
  expect(spans?.map(({ start, end, label }) => [start, end, label])).toEqual([
    [2, 6, 'WHO'],
    [2, 6, 'WHERE'],
  ]);
  expect(spans?.map(({ score }) => score?.toFixed(3))).toEqual(['11.534', '9.460']);
});

test('another task is an error', async () => {
  const other = { ...(await load('token-classification', 'tagger-onnx')), task: 'translation' };
  expect(() => transformersModel(other as TransformersPipeline)).toThrow('got translation');
});

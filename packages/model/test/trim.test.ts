import { expect, test } from 'vitest';
import {
  buildEncoder,
  type EncoderConfiguration,
  loadTokenizer,
  positionIds,
  readConfiguration,
  trimParameters,
  trimVocabulary,
} from '../src/index.js';
import {
  type GoldenTensor,
  goldenJson,
  goldenPath,
  goldenTensors,
  putAll,
  runGraph,
  runtimeOfTests,
} from './golden.js';

const runtime = await runtimeOfTests();

const words = ['Mayor', 'Lena', 'Ortmann', 'opened', 'the', 'Bridge'];

async function statesOf(encoder: EncoderConfiguration, ids: readonly number[]) {
  const inputIds = { data: Int32Array.from(ids), shape: [1, ids.length] };
  const feeds = {
    inputIds,
    attentionMask: { data: new Float32Array(ids.length).fill(1), shape: [1, ids.length] },
    tokenTypeIds: { data: new Int32Array(ids.length), shape: [1, ids.length] },
    positionIds: positionIds(inputIds, encoder),
  };
  const states = await runGraph(runtime, buildEncoder(encoder), feeds);
  return (states[`hiddenState.${encoder.layers}`] as GoldenTensor).data;
}

test.each(['bert-tiny', 'xlmr-tiny'])(
  '%s trimmed to a text gives the same states for it',
  async (name) => {
    const { encoder } = readConfiguration(goldenJson(`${name}/config.json`));
    const { tensors } = await goldenTensors(`${name}/model.safetensors`);
    const tokenizer = await loadTokenizer(goldenPath(name));
    const small = trimVocabulary(tokenizer, words);
    const trimmed = trimParameters(tensors, { encoder, keptIds: small.keptIds });
    expect(trimmed.encoder.vocabularySize).toBe(small.tokenizer.vocabularySize);
    expect(trimmed.encoder.vocabularySize).toBeLessThan(encoder.vocabularySize / 2);

    await putAll(runtime, tensors);
    const before = await statesOf(encoder, tokenizer.encodeWords(words).ids);
    await putAll(runtime, trimmed.weights);
    const after = await statesOf(trimmed.encoder, small.tokenizer.encodeWords(words).ids);
    expect(after).toEqual(before);
  },
);

test('padding must be kept, and kept ids must be of the vocabulary', () => {
  const { encoder } = readConfiguration(goldenJson('bert-tiny/config.json'));
  expect(() => trimParameters(new Map(), { encoder, keptIds: [3, 4] })).toThrow(
    'padding must be kept',
  );
  expect(() => trimParameters(new Map(), { encoder, keptIds: [0, 330] })).toThrow(
    "vocabulary's 330, got 330",
  );
});

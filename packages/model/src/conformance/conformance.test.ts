import type { Span } from '@calibre/metrics';
import { expect, test } from 'vitest';
import type { BaseModel } from '../plugins/base-model.js';
import { checkConformance } from './conformance.js';

/** A model that keeps every rule: the first word of each sentence is a person. */
function goodModel(): BaseModel {
  let disposed = false;
  return {
    specificationVersion: 1,
    id: 'first-word',
    labels: ['PER'],
    async predict(sentences, { signal } = {}) {
      if (disposed) throw new Error('first-word: was disposed of');
      signal?.throwIfAborted();
      return sentences.map((words) =>
        words.length > 0 ? [{ start: 0, end: 1, label: 'PER' }] : [],
      );
    },
    async dispose() {
      disposed = true;
    },
  };
}

/** The good model with other answers. */
const answering = (
  change: (spans: readonly Span[], words: readonly string[], call: number) => readonly Span[],
) => {
  const model = goodModel();
  let calls = 0;
  const predict: BaseModel['predict'] = async (sentences, options) => {
    calls++;
    const answers = await model.predict(sentences, options);
    return answers.map((spans, at) => change(spans, sentences[at] ?? [], calls));
  };
  return { ...model, predict };
};

test('a model that keeps the contract passes', () => checkConformance(goodModel));

const span = (start: number, end: number, label = 'PER'): Span => ({ start, end, label });
const forWords = (spans: readonly Span[]) => answering((old) => (old.length > 0 ? spans : []));

test.each<[rule: string, model: BaseModel]>([
  ['describes itself: labels must be named once each', { ...goodModel(), labels: ['PER', 'PER'] }],
  ['gives one list of spans for each sentence', { ...goodModel(), predict: async () => [] }],
  ['gives spans inside their sentence, in words: sentence 1, span 0', forWords([span(0, 2)])],
  [
    'uses the labels that it declares: sentence 0, span 0: the label must be one of PER, got "LOC"',
    forWords([span(0, 1, 'LOC')]),
  ],
  [
    'gives scores that are finite numbers, or none',
    forWords([{ ...span(0, 1), score: Number.NaN }]),
  ],
  ['sorts spans by start, then end, each once', forWords([span(0, 1), span(0, 1)])],
  ['answers the same when asked again', answering((spans, _, call) => (call % 2 ? spans : []))],
  ['takes no sentences, and sentences without words', answering(() => [span(0, 1)])],
  [
    'stops when asked, and works afterwards',
    { ...goodModel(), predict: (sentences) => goodModel().predict(sentences) },
  ],
  [
    'is disposed of once and for all: predict must reject after dispose',
    { ...goodModel(), dispose: async () => {} },
  ],
])('%s', async (rule, model) => {
  await expect(checkConformance(() => model)).rejects.toThrow(`- ${rule}`);
});

test('a model that depends on the batch is told so', async () => {
  const model = goodModel();
  const predict: BaseModel['predict'] = async (sentences, options) =>
    (await model.predict(sentences, options)).map((spans) => (sentences.length > 1 ? spans : []));
  await expect(checkConformance(() => ({ ...model, predict }))).rejects.toThrow(
    'answers a sentence alone as in a batch, in any order: a sentence alone must have the spans that it has in a batch',
  );
});

test('a model that changes its input is told so', async () => {
  const model = goodModel();
  const predict: BaseModel['predict'] = (sentences, options) => {
    for (const words of sentences) (words as string[]).sort();
    return model.predict(sentences, options);
  };
  const sentences = [['b', 'a']];
  await expect(checkConformance(() => ({ ...model, predict }), { sentences })).rejects.toThrow(
    '- leaves its input as it was: Cannot assign to read only property',
  );
});

test('all that fails is told together', async () => {
  const broken = { ...goodModel(), id: 'x', labels: [], dispose: async () => {} };
  await expect(checkConformance(() => broken)).rejects.toThrow('x breaks 2 of 13 rules');
});

import { Runtime } from '@calibre/graph';
import { checkConformance } from '@calibre/model/conformance';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toySentences, toyTokenizer, toyTraining } from '../../test/toy.js';
import { taggerOn } from '../tagger.js';
import { trainTagger } from './tagger.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

test('a tagger on a runtime keeps the contract of a base model', async () => {
  const checkpoint = await trainTagger({
    sentences: toySentences(50),
    from: { tokenizer: toyTokenizer },
    runtime,
    config: { ...toyTraining, steps: 10 },
  });
  await checkConformance(() => taggerOn(runtime, checkpoint));
});

test('a tagger learns the spans of held-out sentences and answers as a base model', async () => {
  const checkpoint = await trainTagger({
    sentences: toySentences(400),
    from: { tokenizer: toyTokenizer },
    runtime,
    config: { ...toyTraining, steps: 150 },
  });
  expect(checkpoint.configuration.tags).toEqual(['O', 'B-LOC', 'I-LOC', 'B-PER', 'I-PER']);
  const held = toySentences(50, { seed: 2 });
  const tagger = await taggerOn(runtime, checkpoint);
  const predicted = await tagger.predict([...held.map(({ words }) => words), []]);
  expect(tagger.labels).toEqual(['LOC', 'PER']);
  held.forEach(({ spans }, sentence) => {
    expect(predicted[sentence]).toMatchObject(spans);
  });
  expect(predicted[50]).toEqual([]);
  await tagger.dispose();
});

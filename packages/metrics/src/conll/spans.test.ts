import { expect, test } from 'vitest';
import { formatSpans, readSpans, scoreXglue } from './index.js';

const collect = async (text: string) => {
  const sentences = [];
  for await (const sentence of readSpans(text)) sentences.push(sentence);
  return sentences;
};

const anna = { words: ['Anna', 'left'], spans: [{ start: 0, end: 1, label: 'PER' }] };

test('a sentence a line, there and back', async () => {
  expect(formatSpans(anna)).toBe(
    '{"words":["Anna","left"],"spans":[{"start":0,"end":1,"label":"PER"}]}\n',
  );
  expect(
    await collect(`\ufeff${formatSpans(anna)}\n${formatSpans({ ...anna, spans: [] })}`),
  ).toEqual([anna, { ...anna, spans: [] }]);
});

test.each([
  ['{"words": [', 'spans: line 1: one JSON object a line'],
  ['null', 'spans: line 1: words (strings) and spans'],
  ['{"words": ["a"], "spans": [{"start": 0, "end": 1}]}', 'words (strings) and spans'],
  [
    '{"words": ["a"], "spans": [{"start": 0, "end": 2, "label": "X"}]}',
    'must end within its 1 words, got [0, 2) X',
  ],
  ['{"words": ["a"], "spans": [{"start": 1, "end": 1, "label": "X"}]}', 'got [1, 1) X'],
])('%s is refused', (line, message) => expect(collect(line)).rejects.toThrow(message));

test('XGLUE: last column against one tag a line; missing tags are O and counted', async () => {
  const { micro, paddedTags } = await scoreXglue(
    '-DOCSTART- O\n\na I-PER\nb O\n\nc I-LOC\n',
    'I-PER\n\nI-LOC\n',
  );
  expect({ f1: micro.f1, paddedTags }).toEqual({ f1: 1, paddedTags: 1 });
});

test('XGLUE: a file that ends early is refused', () =>
  expect(scoreXglue('a O\n\nb O\n', 'O\n')).rejects.toThrow(
    'every gold sentence needs a prediction, got 1',
  ));

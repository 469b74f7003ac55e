import { expect, test } from 'vitest';
import { checkConformance } from '../conformance/index.js';
import { stringsModel, type UnmatchedMention } from './strings.js';

const model = (answer: unknown, options: Partial<Parameters<typeof stringsModel>[0]> = {}) =>
  stringsModel({ id: 'llm', labels: ['PER', 'LOC'], ask: async () => answer, ...options });

const places = async (answer: unknown, sentence: string) =>
  (await model(answer).predict([sentence.split(' ')]))[0]?.map(({ start, end, label }) => [
    start,
    end,
    label,
  ]);

test('conforms', () =>
  checkConformance(() =>
    model(undefined, {
      ask: async (text) =>
        text.match(/Kaldur|bridge/g)?.map((mention) => ({ text: mention, label: 'LOC' })) ?? [],
    }),
  ));

test('a list of objects, with text around it and in a fence', async () => {
  const answer =
    'Here you are [as asked]:\n```json\n[{"text": "Lena Ortmann", "type": "PER"}]\n```';
  expect(await places(answer.replace(' [as asked]', ''), 'So Lena Ortmann left')).toEqual([
    [1, 3, 'PER'],
  ]);
});

test('an object of lists', async () => {
  expect(await places('{"PER": ["Lena"], "LOC": ["Kaldur"]}', 'Lena left Kaldur')).toEqual([
    [0, 1, 'PER'],
    [2, 3, 'LOC'],
  ]);
});

test('a string that is given twice is put back occurrence by occurrence', async () => {
  const answer = [
    { text: 'Lena', label: 'PER' },
    { text: 'Lena', label: 'PER' },
  ];
  expect(await places(answer, 'Lena met Lena and Lena')).toEqual([
    [0, 1, 'PER'],
    [2, 3, 'PER'],
  ]);
});

test('a part of a word grows to the word', async () => {
  expect(await places([{ text: 'Kaldur', label: 'LOC' }], 'the Kaldurians')).toEqual([
    [1, 2, 'LOC'],
  ]);
});

test('what is not in the text or of another label is reported, not dropped silently', async () => {
  const unmatched: UnmatchedMention[] = [];
  const base = model('[{"text": "Oslo", "label": "LOC"}, {"text": "Lena", "label": "CAT"}]', {
    onUnmatched: (mention) => unmatched.push(mention),
  });
  expect(await base.predict([['Lena', 'left']])).toEqual([[]]);
  expect(unmatched.map(({ mention, reason }) => [mention.text, reason])).toEqual([
    ['Lena', 'unknown label'],
    ['Oslo', 'not in the text'],
  ]);
});

test.each(['I found nothing.', '[1]', '{"PER": "Lena"}'])(
  '%s is an error that shows it',
  async (answer) => {
    await expect(model(answer).predict([['Lena']])).rejects.toThrow(
      `llm: an answer must be JSON such as`,
    );
  },
);

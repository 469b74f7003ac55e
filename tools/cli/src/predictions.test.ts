import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLabelled } from './corpus.js';
import { readPredictions } from './predictions.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'calibre-predictions-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'file');
  writeFileSync(path, text);
  return path;
}

const gold = 'Ada B-PER\nmet O\n\nBo B-PER\nLee I-PER\n';
const sentences = () => readLabelled(file(gold));
const read = async (text: string) => {
  const text_ = await sentences();
  return readPredictions(file(text), text_);
};

describe('a text', () => {
  test('has its words first and its tags last', async () => {
    expect((await sentences()).map(({ words, tags, spans }) => ({ words, tags, spans }))).toEqual([
      { words: ['Ada', 'met'], tags: ['B-PER', 'O'], spans: [{ start: 0, end: 1, label: 'PER' }] },
      {
        words: ['Bo', 'Lee'],
        tags: ['B-PER', 'I-PER'],
        spans: [{ start: 0, end: 2, label: 'PER' }],
      },
    ]);
  });

  test('has its words behind an index where there is one', async () => {
    const [sentence] = await readLabelled(file('0\tAda\tB-PER\n1\tmet\tO\n'));
    expect(sentence?.words).toEqual(['Ada', 'met']);
  });

  test('has equally many columns in each line', async () => {
    await expect(readLabelled(file('Ada B-PER\nmet\n'))).rejects.toThrow(
      /file:2: each line must have as many columns as the first \(2\), got 1: met/,
    );
  });

  test('has words', async () => {
    await expect(readLabelled(file('\n\n'))).rejects.toThrow(
      /must hold words, one a line, got none/,
    );
  });
});

const expected = [[{ start: 0, end: 1, label: 'LOC' }], [{ start: 0, end: 2, label: 'PER' }]];

describe('predictions are read from', () => {
  test.each([
    ['tags line by line', 'B-LOC\nO\n\nI-PER\nI-PER\n'],
    ['CoNLL', 'Ada B-LOC\nmet O\n\nBo B-PER\nLee I-PER\n'],
    [
      'CoNLL with other columns between',
      'Ada NNP B-LOC\nmet VBD O\n\nBo NNP B-PER\nLee NNP I-PER\n',
    ],
    [
      'JSON lines of spans',
      '{"words":["Ada","met"],"spans":[{"start":0,"end":1,"label":"LOC"}]}\n{"words":["Bo","Lee"],"spans":[{"start":0,"end":2,"label":"PER"}]}\n',
    ],
  ])('%s', async (_, text) => {
    expect((await read(text)).spans).toEqual(expected);
  });
});

describe('predictions that do not line up are refused at their line', () => {
  test.each([
    [
      'a tag too few',
      'B-LOC\n\nI-PER\nI-PER\n',
      /file:2: .*length 1 for one of length 2 \(line 2 of the text\)/,
    ],
    [
      'a tag too many',
      'O\nO\n\nO\nO\nO\n',
      /file:6: .*length 3 for one of length 2 \(line 6 of the text\)/,
    ],
    [
      'another word',
      'Ada O\nmet O\n\nBob O\nLee O\n',
      /file:4: .*"Bob" where line 4 of the text has "Bo"/,
    ],
    ['a sentence too few', 'O\nO\n', /2 sentences of the text, got 1; both agree up to line 2/],
    ['a sentence too many', 'O\nO\n\nO\nO\n\nO\n', /2 sentences of the text, got 3/],
    ['other words in JSON', '{"words":["Ida","met"],"spans":[]}\n', /sentence 1: .*"Ida"/],
    ['broken JSON', '{"words":\n', /line 1/],
  ])('%s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

import { describe, expect, test } from 'vitest';
import { all, temporaryFolder } from '../../test/dumps.js';
import type { Passage } from '../passage.js';
import { readConll, toConll } from './conll.js';
import { readJsonLines, toJsonLine } from './json-lines.js';
import { LineBuffer } from './line.js';
import { passageStatistics } from './statistics.js';

const passage: Passage = {
  language: 'en',
  pageId: 12,
  title: 'A "b"',
  text: 'The "old\nRome" is É😀.',
  words: [
    [0, 3],
    [4, 5],
    [5, 8],
    [9, 13],
    [13, 14],
    [15, 17],
    [18, 19],
    [19, 21],
    [21, 22],
  ].map(([charStart = 0, charEnd = 0]) => ({ charStart, charEnd })),
  anchors: [
    { start: 2, end: 4, target: 'Rome' },
    { start: 6, end: 7, target: 'É' },
  ],
};

test('a line made of bytes is the one JSON makes', () => {
  const { words, ...rest } = passage;
  const offsets = words.flatMap(({ charStart, charEnd }) => [charStart, charEnd]);
  const buffer = new LineBuffer();
  buffer.add({ ...rest, words: { offsets, start: 0, end: words.length, base: 0 } });
  const some = [7, 7, 7, 16, 17, 106, 107, 123463];
  const end = buffer.add({ ...rest, words: { offsets: some, start: 1, end: 4, base: 7 } });
  const lines = buffer.take();
  expect(end).toBe(lines.length);
  const [first, second] = Buffer.from(lines).toString().split('\n');
  expect(`${first}\n`).toBe(toJsonLine(passage));
  expect(JSON.parse(second as string).words).toEqual([
    { charStart: 0, charEnd: 9 },
    { charStart: 10, charEnd: 99 },
    { charStart: 100, charEnd: 123456 },
  ]);
});

test('CoNLL has a word and its tag a line, comments before', () =>
  expect(toConll(passage).split('\n')).toEqual([
    '# language = "en"',
    '# page = 12',
    '# title = "A \\"b\\""',
    '# targets = ["Rome","É"]',
    '# text = "The \\"old\\nRome\\" is É😀."',
    'The\tO',
    '"\tO',
    'old\tB-PHRASE',
    'Rome\tI-PHRASE',
    '"\tO',
    'is\tO',
    'É\tB-PHRASE',
    '😀\tO',
    '.\tO',
    '',
    '',
  ]));

describe('files that are not ours', () => {
  test('say so, with file and line', async () => {
    const folder = await temporaryFolder();
    const lines = await folder.write('a.jsonl', `${toJsonLine(passage)}{"text":1}\n`);
    await expect(all(readJsonLines(lines))).rejects.toThrow(
      `${lines}:2: expected a passage with text, words and anchors`,
    );
    const broken = await folder.write('b.jsonl', '{"text":\n');
    await expect(all(readJsonLines(broken))).rejects.toThrow(
      `${broken}:1: expected a passage as JSON, got "{\\"text\\":"`,
    );
    const plain = await folder.write('c.conll', 'EU B-ORG\n\n');
    await expect(all(readConll(plain))).rejects.toThrow(
      `${plain}:1: expected the comments "# text" and "# targets"`,
    );
    await expect(all(readJsonLines(folder.path('none.jsonl')))).rejects.toThrow('ENOENT');
    await folder.remove();
  });
});

test('statistics are means by language', async () => {
  const other = { ...passage, language: 'de', anchors: [] };
  expect(await passageStatistics([passage, passage, { ...passage, pageId: 13 }, other])).toEqual([
    {
      language: 'de',
      passages: 1,
      pages: 1,
      anchors: 0,
      words: 9,
      wordsPerPassage: 9,
      anchorsPerPassage: 0,
      wordsPerAnchor: 0,
      anchorWords: [],
    },
    {
      language: 'en',
      passages: 3,
      pages: 2,
      anchors: 6,
      words: 27,
      wordsPerPassage: 9,
      anchorsPerPassage: 2,
      wordsPerAnchor: 1.5,
      anchorWords: [0, 3, 3],
    },
  ]);
});

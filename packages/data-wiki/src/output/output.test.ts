import { describe, expect, test } from 'vitest';
import { all, temporaryFolder } from '../../test/dumps.js';
import type { Passage } from '../passage.js';
import { UnitRange } from '../units.js';
import { readConll, toConll } from './conll.js';
import { parseJsonLine, readJsonLines, toJsonLine } from './json-lines.js';
import { MAX_UNIT_BYTES, writeJsonText } from './json-text.js';
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

test('a line holds each word as a pair', () => {
  const { text, anchors } = passage;
  const line = toJsonLine({ ...passage, words: [{ charStart: 0, charEnd: 3 }] });
  expect(JSON.parse(line)).toEqual({
    language: 'en',
    pageId: 12,
    title: 'A "b"',
    text,
    words: [[0, 3]],
    anchors,
  });
  expect(toJsonLine(parseJsonLine(line, 'a line'))).toBe(line);
});

test('a line made of bytes is the one JSON makes', () => {
  const { words, ...head } = passage;
  const rest = { ...head, text: UnitRange.of(passage.text) };
  const offsets = words.flatMap(({ charStart, charEnd }) => [charStart, charEnd]);
  const buffer = new LineBuffer();
  buffer.add({ ...rest, words: { offsets, start: 0, end: words.length, base: 0 } });
  const some = [7, 7, 7, 16, 17, 106, 107, 123463];
  const end = buffer.add({ ...rest, words: { offsets: some, start: 1, end: 4, base: 7 } });
  const lines = buffer.take();
  expect(end).toBe(lines.length);
  const [first, second] = Buffer.from(lines).toString().split('\n');
  expect(`${first}\n`).toBe(toJsonLine(passage));
  expect(second).toContain('"words":[[0,9],[10,99],[100,123456]],"anchors"');
});

test('text is written as JSON.stringify writes it', () => {
  for (const text of [
    '',
    'plain text',
    '"\\/\b\f\n\r\t\0\u001f\u007f',
    'é߿ࠀ￿ 😀',
    '\ud83d and \ude00',
    'abcd\ud83d',
  ]) {
    const bytes = new Uint8Array(MAX_UNIT_BYTES * text.length);
    const { units, start, end } = UnitRange.of(`(${text})`);
    const written = writeJsonText(bytes, 0, {
      units: units.values,
      start: start + 1,
      end: end - 1,
    });
    expect(`"${Buffer.from(bytes.subarray(0, written))}"`).toBe(JSON.stringify(text));
  }
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
    const objects = await folder.write('o.jsonl', `${JSON.stringify(passage)}\n`);
    await expect(all(readJsonLines(objects))).rejects.toThrow(
      `${objects}:1: expected words as pairs, [charStart, charEnd], got {"charStart":0,"charEnd":3}`,
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

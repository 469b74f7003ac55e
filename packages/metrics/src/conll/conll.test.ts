import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnOf, formatConll, parseConll, readConll, withColumn } from './index.js';

const write = (text: string, options = {}) => parseConll(text, options).map(formatConll).join('');

const read = async (pieces: Iterable<string | Uint8Array>) => {
  const sentences = [];
  for await (const sentence of readConll(pieces)) sentences.push(sentence);
  return sentences;
};

describe('reading', () => {
  test('rows are words, blank lines end sentences', () =>
    expect(parseConll('EU B-ORG\nrejects O\n\nPeter B-PER\n').map(({ rows }) => rows)).toEqual([
      [
        ['EU', 'B-ORG'],
        ['rejects', 'O'],
      ],
      [['Peter', 'B-PER']],
    ]));

  test('a line is counted from 1 and names the first word', () =>
    expect(parseConll('# id 1\na O\n\n\nb O\n').map(({ line }) => line)).toEqual([2, 5]));

  test('-DOCSTART- is no sentence', () => {
    const [only, ...more] = parseConll('-DOCSTART- -X- O O\n\nEU NNP I-NP I-ORG\n');
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      rows: [['EU', 'NNP', 'I-NP', 'I-ORG']],
      before: '-DOCSTART- -X- O O\n\n',
    });
  });

  test('# opens a comment above a sentence, a word inside it', () =>
    expect(parseConll('# text = a b\na O\n# O\n').map(columnAt(0))).toEqual([['a', '#']]));

  test('a first word # with as many columns as the others is a word', () =>
    expect(parseConll('a O\n\n# O\n1 O\n').map(columnAt(0))).toEqual([['a'], ['#', '1']]));

  test('comments: false takes every line as words', () =>
    expect(parseConll('# one two\n', { comments: false })[0]?.rows).toEqual([['#', 'one', 'two']]));

  test('tabs part columns where a line has one, so that words may hold spaces', () =>
    expect(parseConll('1\tNew York\tB-LOC\n')[0]?.rows).toEqual([['1', 'New York', 'B-LOC']]));

  test('a separator of your own is exact', () =>
    expect(parseConll('a||O\n', { separator: '|' })[0]?.rows).toEqual([['a', '', 'O']]));

  test('pieces may cut lines, characters and CRLF anywhere', async () => {
    const text = '\ufeffÄrger O\r\n\r\n東京 B-LOC\r\n😀 O';
    const bytes = new TextEncoder().encode(text);
    const whole = parseConll(text);
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(await read([bytes.slice(0, cut), bytes.slice(cut)])).toEqual(whole);
    expect(whole.map(columnAt(0))).toEqual([['Ärger'], ['東京', '😀']]);
  });

  test('bytes that are not UTF-8 are refused', () =>
    expect(read(['a O\n', Uint8Array.of(0x61, 0xff)])).rejects.toThrow(
      'text must be UTF-8, got other bytes after line 1',
    ));

  test('a column that is not there names the line', () =>
    expect(() => columnOf(parseConll('\na b\nc\n')[0]!, 1)).toThrow(
      'line 3: column 1 is needed, got 1 columns',
    ));
});

const columnAt = (at: number) => (sentence: Parameters<typeof columnOf>[0]) =>
  columnOf(sentence, at);

describe('writing', () => {
  test.each([
    ['no last newline', 'a O\n\nb O'],
    ['CRLF and LF mixed', 'a O\r\nb O\n\r\nc O\r\n'],
    ['runs of spaces', 'a   O \nb O\n'],
    ['several blank lines, blanks with spaces', '\n\na O\n \n\nb O\n\n\n'],
    ['comments above, between and at the end', '# x\n\na O\n\n# y\nb O\n\n# z\n'],
    ['byte order mark', '\ufeff# x\na O\n'],
    ['no word at all', '# only\n\n'],
    ['nothing', ''],
  ])('%s comes back as it was', (_, text) => expect(write(text)).toBe(text));

  test('any text comes back as it was (20,000 cases)', () =>
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            'a',
            ' ',
            '\t',
            '\n',
            '\r\n',
            '\r',
            '#',
            'O',
            '\ufeff',
            '-DOCSTART-',
            'é',
          ),
        }),
        fc.constantFrom(
          {},
          { comments: false },
          { separator: '\t' },
          { separator: ' ' },
          { separator: 'a' },
        ),
        (text, options) => {
          expect(write(text, options)).toBe(text);
        },
      ),
      { numRuns: 20_000 },
    ));

  test('a new column takes the style of the file', () => {
    const [sentence] = parseConll('EU\tB-ORG\r\n');
    expect(formatConll(withColumn(sentence!, ['B-LOC']))).toBe('EU\tB-ORG\tB-LOC\r\n');
    expect(formatConll(withColumn(sentence!, ['O'], { replace: 1 }))).toBe('EU\tO\r\n');
  });

  test('rows of your own get one space and a blank line', () =>
    expect(
      formatConll({
        rows: [
          ['a', 'O'],
          ['b', 'O'],
        ],
      }),
    ).toBe('a O\nb O\n\n'));

  test('a value that would become two columns is refused', () =>
    expect(() => formatConll({ rows: [['New York', 'O']] })).toThrow(
      'line 1: values must be columns between " "',
    ));
});

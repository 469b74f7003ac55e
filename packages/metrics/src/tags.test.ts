import { describe, expect, test } from 'vitest';
import { detectScheme, SCHEMES } from './schemes.js';
import { convertTags, formatTags, parseTags } from './tags.js';

const span = (start: number, end: number, label: string) => ({ start, end, label });
const parse = (tags: string, options = {}) => parseTags(tags.split(' '), options);

describe('reading that is not strict', () => {
  test('an I- after O opens a span', () => expect(parse('O I-PER')).toEqual([span(1, 2, 'PER')]));
  test('another label ends a span', () =>
    expect(parse('B-PER I-LOC')).toEqual([span(0, 1, 'PER'), span(1, 2, 'LOC')]));
  test('the label is all after the first dash', () =>
    expect(parse('B-ORG-GOV')).toEqual([span(0, 1, 'ORG-GOV')]));
  test('a bare tag has the label _', () => expect(parse('B I')).toEqual([span(0, 2, '_')]));
  test('a lone U- opens a span only by its label, as in seqeval', () =>
    expect(parse('U-X U-X')).toEqual([span(0, 2, 'X')]));
  test('unless the scheme is said to be bilou', () =>
    expect(parse('U-X U-X B-X L-X', { scheme: 'bilou' })).toEqual([
      span(0, 1, 'X'),
      span(1, 2, 'X'),
      span(2, 4, 'X'),
    ]));
  test('a stray tag ends what no tag started, at word 0, as in seqeval', () =>
    expect(parse('O U B-X')).toEqual([span(0, 2, '_'), span(2, 3, 'X')]));
  test('conlleval takes S- for I-', () =>
    expect(parse('S-X S-X', { dialect: 'conlleval' })).toEqual([span(0, 2, 'X')]));
});

describe('strict reading', () => {
  test('IOB2 passes over an I- that no B- opens', () =>
    expect(parse('I-PER O B-PER I-LOC', { scheme: 'iob2', strict: true })).toEqual([
      span(2, 3, 'PER'),
    ]));
  test('IOBES passes over a span that no E- ends', () =>
    expect(parse('B-PER I-PER O S-LOC', { scheme: 'iobes', strict: true })).toEqual([
      span(3, 4, 'LOC'),
    ]));
  test('auto takes the scheme that the prefixes show', () =>
    expect(parse('B-X L-X U-Y', { strict: true })).toEqual([span(0, 2, 'X'), span(2, 3, 'Y')]));
  test('auto of nothing but O needs no scheme', () =>
    expect(parse('O O', { strict: true })).toEqual([]));
});

describe('refused', () => {
  const strict = { scheme: 'iob2', strict: true };
  test.each([
    ['O S-PER', strict, 'sentence 0, word 1: iob2 knows I, O, B before the dash, got "S-PER"'],
    ['PER', strict, 'got "PER"'],
    ['BPER', strict, 'got "BPER"'],
    ['ORG', strict, 'got "ORG"'],
    ['', strict, 'got ""'],
    ['I-X O', { strict: true }, 'no scheme that auto can tell holds I-X O; name the scheme'],
    [
      'O',
      { scheme: 'iob3' },
      'a scheme is one of iob1, iob2, ioe1, ioe2, iobes, bilou or auto, got iob3',
    ],
  ])('%j under %j', (tags, options, message) =>
    expect(() => parse(tags, options)).toThrow(message),
  );
});

describe('writing [0, 1) X, [1, 3) X, [4, 5) Y', () => {
  test.each([
    ['iob1', 'I-X B-X I-X O I-Y'],
    ['iob2', 'B-X B-X I-X O B-Y'],
    ['ioe1', 'E-X I-X I-X O I-Y'],
    ['ioe2', 'E-X I-X E-X O E-Y'],
    ['iobes', 'S-X B-X E-X O S-Y'],
    ['bilou', 'U-X B-X L-X O U-Y'],
  ] as const)('%s: %s', (scheme, tags) => {
    const spans = [span(4, 5, 'Y'), span(1, 3, 'X'), span(0, 1, 'X')];
    expect(formatTags(spans, 5, { scheme }).join(' ')).toBe(tags);
  });

  test.each([
    [
      [span(0, 2, 'X'), span(1, 3, 'X')],
      'cannot hold spans that overlap, got [0, 2) X and [1, 3) X',
    ],
    [[span(2, 4, 'X')], 'must end within its 3 words, got [2, 4) X'],
    [[span(1, 1, 'X')], 'whole numbers 0 ≤ start < end, got [1, 1) X'],
    [[span(-1, 1, 'X')], 'got [-1, 1) X'],
    [[span(0, 1.5, 'X')], 'got [0, 1.5) X'],
    [[span(0, 1, '')], 'a label must not be empty'],
    [[{ ...span(0, 1, 'X'), score: Number.NaN }], 'a score must be a number, got NaN for [0, 1) X'],
  ])('%j is refused', (spans, message) => expect(() => formatTags(spans, 3)).toThrow(message));
});

test('tags go from one scheme to another', () => {
  for (const from of SCHEMES)
    for (const to of SCHEMES) {
      const spans = [span(0, 2, 'X'), span(2, 3, 'X'), span(3, 4, 'Y')];
      const tags = formatTags(spans, 5, { scheme: from });
      expect(convertTags(tags, { from, to, strict: true })).toEqual(
        formatTags(spans, 5, { scheme: to }),
      );
    }
});

describe('scheme of a corpus', () => {
  test.each([
    ['B-X I-X O', 'iob2'],
    ['I-X E-X', 'ioe2'],
    ['O S-X', 'iobes'],
    ['B-X E-X', 'iobes'],
    ['U-X O', 'bilou'],
    ['I-X O', null],
    ['B-X S-X U-X', null],
    ['X', null],
    ['', null],
  ])('%j: %s', (tags, scheme) =>
    expect(detectScheme([tags.split(' ').filter(Boolean)])).toBe(scheme),
  );
});

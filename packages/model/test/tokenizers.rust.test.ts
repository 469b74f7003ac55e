/** Our tokenizers beside the Rust library, character class by character class and string by string. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bertNormalizer,
  bertPreTokenizer,
  byteLevelPreTokenizer,
  nfdNormalizer,
  nfkcNormalizer,
  Tokenizer as RustTokenizer,
  whitespaceSplitPreTokenizer,
} from 'tokenizers';
import { describe, expect, test } from 'vitest';
import {
  createTokenizer,
  type TokenizerSpecification,
  wordPieceSpecification,
} from '../src/index.js';
import { AlignedText } from '../src/tokenizers/aligned-text.js';
import {
  bertIdeographs,
  bertPunctuation,
  bertRemoved,
  type CodePointSet,
  nonspacingMarks,
  normalizationInert,
  unknownLetters,
  whitespace,
} from '../src/tokenizers/code-points.js';
import { normalizeUnicode } from '../src/tokenizers/unicode-normalization.js';
import type { Recorded } from './golden.js';
import { generator, randomText } from './random-text.js';
import {
  byteLevelSpecification,
  hasRealVocabularies,
  specificationOf,
} from './reference-tokenizers.js';

const rounds = Number(process.env.CALIBRE_FUZZ ?? 300);
const realTexts = readRealTexts();
const replaceSurrogates = (text: string) => text.replace(/\p{Surrogate}/gu, '\uFFFD');

const tables = [
  bertIdeographs,
  bertPunctuation,
  bertRemoved,
  nonspacingMarks,
  normalizationInert,
  unknownLetters,
  whitespace,
];

/** All code points where many rounds are asked for, else every 61st and those at the bounds of our tables. */
const probed: readonly number[] = Array.from({ length: 0x110000 }, (_, point) => point).filter(
  (point) =>
    (point < 0xd800 || point > 0xdfff) &&
    (rounds >= 100_000 ||
      point % 61 === 0 ||
      tables.some((table) => table(point) !== table(point - 1))),
);

describe('character classes are those of the Rust library', () => {
  const bert = {
    cleanText: false,
    handleChineseChars: false,
    stripAccents: false,
    lowercase: false,
  };
  const cleaned = bertNormalizer({ ...bert, cleanText: true });
  const spaced = bertNormalizer({ ...bert, handleChineseChars: true });
  const stripped = bertNormalizer({ ...bert, stripAccents: true });
  const unspaced = whitespaceSplitPreTokenizer();
  const pieces = bertPreTokenizer();
  const words = byteLevelPreTokenizer(false);
  const isLetter = (char: string) => /[\p{L}\p{N}]/u.test(char);
  const joins = (sign: string, char: string) => words.preTokenizeString(sign + char).length === 1;
  test.each<[string, CodePointSet, (char: string) => boolean]>([
    ['white space', whitespace, (char) => unspaced.preTokenizeString(`a${char}b`).length === 2],
    ['removed by BERT', bertRemoved, (char) => cleaned.normalizeString(`a${char}b`) === 'ab'],
    ['punctuation', bertPunctuation, (char) => pieces.preTokenizeString(`a${char}b`).length === 3],
    ['ideographs', bertIdeographs, (char) => spaced.normalizeString(char) === ` ${char} `],
    ['nonspacing marks', nonspacingMarks, (char) => stripped.normalizeString(char) === ''],
    ['letters unknown to it', unknownLetters, (char) => isLetter(char) && joins('!', char)],
  ])('%s', (_, set, isMember) => {
    expect(probed.filter((point) => set(point) !== isMember(String.fromCodePoint(point)))).toEqual(
      [],
    );
  });

  test.each([
    ['NFKC', nfkcNormalizer()],
    ['NFD', nfdNormalizer()],
  ] as const)('%s of each character alone and beside marks', (form, rust) => {
    const ours = (text: string) => normalizeUnicode(AlignedText.of(text), form).toString();
    const texts = probed.flatMap((point) => {
      const char = String.fromCodePoint(point);
      return [char, `a\u0345${char}`, `a\u0334${char}`, `${char}\u0301`, `${char}\u0300\u0327`];
    });
    expect(texts.filter((text) => ours(text) !== rust.normalizeString(text))).toEqual([]);
  });
});

const uncased = (): TokenizerSpecification => {
  const { model } = specificationOf('mbert');
  return wordPieceSpecification(Object.keys(model.vocab as object), { lowercase: true });
};

const cases: readonly {
  name: string;
  skip: boolean;
  specification: () => TokenizerSpecification;
  /** What the library is given for words alone, where it needs to be told that they stand after a space. */
  ofWords?: () => TokenizerSpecification;
}[] = [
  { name: 'bert-tiny', skip: false, specification: () => specificationOf('bert-tiny') },
  { name: 'xlmr-tiny', skip: false, specification: () => specificationOf('xlmr-tiny') },
  {
    name: 'byte level',
    skip: false,
    specification: () => byteLevelSpecification({ prefixed: false }),
    ofWords: () => byteLevelSpecification({ prefixed: true }),
  },
  { name: 'mbert', skip: !hasRealVocabularies, specification: () => specificationOf('mbert') },
  { name: 'mbert, lower case', skip: !hasRealVocabularies, specification: uncased },
  { name: 'xlmr', skip: !hasRealVocabularies, specification: () => specificationOf('xlmr') },
];

for (const { name, skip, specification, ofWords = specification } of cases) {
  describe.skipIf(skip)(`${name} gives the ids, words and offsets of the Rust library`, () => {
    if (skip) return;
    const file = specification();
    const ours = createTokenizer(file);
    const rust = RustTokenizer.fromString(JSON.stringify(file));
    const others = [
      ...file.added_tokens.map(({ content }) => content),
      '[MASK',
      '▁',
      '##',
      '\u200d',
      '\ud800',
    ];

    const expectSame = async (text: string) => {
      const theirs = await rust.encode(replaceSurrogates(text));
      const units = [0];
      for (const char of replaceSurrogates(text))
        units.push((units.at(-1) as number) + char.length);
      const { ids, wordIndices, offsets } = ours.encodeText(text);
      expect({ text, ids, wordIndices, offsets }).toEqual({
        text,
        ids: theirs.getIds(),
        wordIndices: theirs.getWordIds(),
        offsets: theirs.getOffsets().map((pair) => pair.map((point) => units[point])),
      });
    };

    test(`on ${rounds} random texts`, async () => {
      const random = generator(7);
      for (let round = 0; round < rounds; round++) await expectSame(randomText(random, others));
    });

    test(`on ${rounds} random lists of words`, async () => {
      const random = generator(11);
      const alone = { addSpecialTokens: false };
      const rust = RustTokenizer.fromString(JSON.stringify(ofWords()));
      for (let round = 0; round < rounds; round++) {
        const words = randomText(random, others).split(' ').filter(Boolean);
        const theirs: number[] = [];
        for (const word of words) {
          theirs.push(...(await rust.encode(replaceSurrogates(word), null, alone)).getIds());
        }
        expect({ words, ids: ours.encodeWords(words).ids.slice(1, -1) }).toEqual({
          words,
          ids: theirs,
        });
      }
    });

    test.skipIf(realTexts.length === 0)('on real passages in seven languages', async () => {
      for (const text of realTexts.slice(0, rounds / 4)) await expectSame(text);
    });
  });
}

/** Passages of MLQA's seven languages, in turn. */
function readRealTexts(): string[] {
  const folder = fileURLToPath(new URL('../../../../shared/data/mrc/mlqa-dev/', import.meta.url));
  if (!existsSync(folder)) return [];
  const byLanguage = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name): string[] =>
      JSON.parse(readFileSync(folder + name, 'utf8'))
        .data.flatMap(({ paragraphs }: Recorded) => paragraphs)
        .map(({ context }: Recorded) => context),
    );
  return byLanguage[0]?.flatMap((_, at) => byLanguage.map((texts) => texts[at] ?? '')) ?? [];
}

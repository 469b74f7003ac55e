import { describe, expect, test } from 'vitest';
import {
  type Encoding,
  loadTokenizer,
  splitWordsByUnicode,
  type WordSplitter,
} from '../src/index.js';
import { createModel } from '../src/tokenizers/models.js';
import { goldenPath, type Recorded } from './golden.js';
import { hasRealVocabularies, recorded, tokenizerOf, xlm15 } from './reference-tokenizers.js';

const columns = (encoding: Encoding) => ({
  ids: encoding.ids,
  wordIndex: encoding.wordIndices,
  offsets16: encoding.offsets.flat(),
});

const recordedColumns = ({ ids, wordIndex, offsets16 }: Recorded) => ({
  ids,
  wordIndex,
  offsets16,
});

const pipelines = [
  { name: 'bert-tiny', skip: false },
  { name: 'xlmr-tiny', skip: false },
  { name: 'mbert', skip: !hasRealVocabularies },
  { name: 'xlmr', skip: !hasRealVocabularies },
] as const;

for (const { name, skip } of pipelines) {
  describe.skipIf(skip)(`${name}, as the Rust tokenizers recorded it`, () => {
    const tokenizer = skip ? undefined : tokenizerOf(name);
    const golden = skip ? { texts: [], pairs: [], words: [], windows: [] } : recorded(name);
    if (!tokenizer) return;

    test.each(golden.texts as Recorded[])('text $id', (item) => {
      const encoding = tokenizer.encodeText(item.text);
      expect(columns(encoding)).toEqual(recordedColumns(item));
      expect(encoding.tokens).toEqual(item.tokens);
    });

    test.each(golden.pairs as Recorded[])('pair $id', (item) => {
      const encoding = tokenizer.encodePair(item.first, item.second);
      expect(columns(encoding)).toEqual(recordedColumns(item));
      expect(encoding.typeIds).toEqual(item.typeIds);
      expect(encoding.sequences).toEqual(item.sequences);
    });

    test.each(golden.words as Recorded[])('words $id', (item) => {
      const encoding = tokenizer.encodeWords(item.words);
      expect(columns(encoding)).toEqual(recordedColumns(item));
      const owners = encoding.wordTokens.flatMap(([start, end], word) =>
        Array(end - start).fill(word),
      );
      expect(owners).toEqual(encoding.wordIndices.filter((word) => word !== null));
    });

    test.each(golden.windows as Recorded[])(
      'windows $id',
      ({ question, passage, maxLength, stride, windows }) => {
        const encoded = tokenizer.encodeWindows(question, passage, {
          maxTokens: maxLength,
          stride,
        });
        expect(encoded.map(columns)).toEqual(windows.map(recordedColumns));
        expect(encoded.map(({ sequences }) => sequences.map((own) => own ?? '-').join(''))).toEqual(
          windows.map((window: Recorded) => window.sequences),
        );
      },
    );
  });
}

for (const { name, skip } of [
  { name: 'xlm-tiny', skip: false },
  { name: 'xlm15', skip: !hasRealVocabularies },
] as const) {
  describe.skipIf(skip)(`${name}, as Hugging Face's XLMTokenizer recorded it`, async () => {
    if (skip) return;
    const golden = recorded(name);
    // The words that jieba and PyThaiNLP gave, since their dictionaries are not part of XLM.
    const segmentations: string[][] = golden.texts.flatMap(({ lang, segments, moses }: Recorded) =>
      segments ? [segments] : lang === 'th' ? [moses] : [],
    );
    const splitWords: WordSplitter = (text, language) =>
      segmentations.find((words) => words.join('') === text) ?? splitWordsByUnicode(text, language);
    const tokenizer =
      name === 'xlm15'
        ? xlm15(splitWords)
        : await loadTokenizer(goldenPath('xlm-tiny'), { splitWords });

    test.each(golden.texts as Recorded[])(
      'text $id',
      ({ text, lang, ids, wordIndex, offsets16 }) => {
        const encoding = tokenizer.encodeText(text, { language: lang });
        expect(encoding.ids).toEqual(ids);
        // Python counts each space between Thai words as two words more.
        if (wordIndex && lang !== 'th')
          expect(encoding.wordIndices.slice(1, -1)).toEqual(wordIndex);
        if (offsets16) expect(encoding.offsets.slice(1, -1).flat()).toEqual(offsets16);
      },
    );

    test.each(golden.pairs as Recorded[])('pair $id', ({ first, second, lang, ids }) => {
      expect(tokenizer.encodePair(first, second, { language: lang }).ids).toEqual(ids);
    });

    test.each(golden.words as Recorded[])('words $id', ({ words, lang, ids, wordIndex }) => {
      const language = lang === 'zh' ? 'en' : lang;
      const encoding = tokenizer.encodeWords(words, { language });
      expect(encoding.ids).toEqual(ids);
      expect(encoding.wordIndices.slice(1, -1)).toEqual(wordIndex);
    });

    test('byte-pair encoding alone, without Moses and folding', () => {
      const files = tokenizer.files();
      const model = createModel({
        type: 'BPE',
        vocab: JSON.parse(files['vocab.json'] as string),
        merges: (files['merges.txt'] as string).trimEnd().split('\n'),
        unk_token: '<unk>',
        end_of_word_suffix: '</w>',
      });
      const idsOf = (words: string[]) =>
        words.flatMap((word) => model.encode(word).map(({ id }) => id));
      for (const { words, bypassIds } of golden.words) {
        if (bypassIds)
          expect(idsOf(words.flatMap((word: string) => word.split(/\s+/).filter(Boolean)))).toEqual(
            bypassIds,
          );
      }
      for (const { text, ids } of golden.segmented) {
        expect(idsOf(text.split(/\s+/).filter(Boolean))).toEqual(ids);
      }
    });
  });
}

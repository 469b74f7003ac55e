import { expect, test } from 'vitest';
import { readTokenizer } from './load-tokenizer.js';
import { createTokenizer } from './pipeline.js';
import { trimVocabulary } from './trim-vocabulary.js';
import { wordPieceSpecification } from './word-piece.js';

const pieces = [
  '[PAD]',
  '[unused1]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  'a',
  'b',
  '##a',
  '##b',
  'ab',
  '##ba',
  'zz',
];
const tokenizer = createTokenizer(wordPieceSpecification(pieces));
const kept = ({ keptIds }: { keptIds: Int32Array }) => [...keptIds].map((id) => pieces[id]);

test('special tokens, used pieces and their characters stay, in the old order', () => {
  const trimmed = trimVocabulary(tokenizer, ['ab', 'ab', 'aba']);
  expect(kept(trimmed)).toEqual([
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    '[MASK]',
    'a',
    'b',
    '##a',
    '##b',
    'ab',
  ]);
  expect(trimmed.tokenizer.vocabularySize).toBe(10);
  expect(trimmed.tokenizer.special).toEqual({ pad: 0, unk: 1, cls: 2, sep: 3, mask: 4 });
});

test('a covered word is cut as before, with the new ids', () => {
  const { tokenizer: small, keptIds } = trimVocabulary(tokenizer, ['ab', 'abba']);
  for (const word of ['ab', 'abba', 'a', 'ba']) {
    expect(small.wordIds(word).map((id) => keptIds[id])).toEqual(tokenizer.wordIds(word));
  }
});

test('a word that loses a rare piece is spelled out', () => {
  const { tokenizer: small } = trimVocabulary(tokenizer, ['ab', 'a'], { minCount: 2 });
  expect(small.encodeWords(['ab']).tokens).toEqual(['[CLS]', 'a', '##b', '[SEP]']);
});

test('maxSize keeps the most used pieces', () => {
  const words = ['ab', 'abba', 'abba'];
  expect(kept(trimVocabulary(tokenizer, words, { maxSize: 10 }))).toContain('ab');
  expect(kept(trimVocabulary(tokenizer, words, { maxSize: 10 }))).not.toContain('##ba');
});

test('a trimmed tokenizer is the same when its files are read back', () => {
  const { tokenizer: small } = trimVocabulary(tokenizer, ['ab', 'abba']);
  const again = readTokenizer(small.files());
  expect(again.encodePair('abba [MASK]', 'b')).toEqual(small.encodePair('abba [MASK]', 'b'));
});

test('Unigram: pieces, their scores and the unknown score stay', () => {
  const unigram = createTokenizer({
    added_tokens: ['<s>', '<pad>', '</s>', '<unk>', '<mask>'].map((content, id) => ({
      id,
      content,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace' },
    post_processor: { type: 'RobertaProcessing', cls: ['<s>', 0], sep: ['</s>', 2] },
    model: {
      type: 'Unigram',
      unk_id: 3,
      vocab: [['<s>', 0], ['<pad>', 0], ['</s>', 0], ['<unk>', 0], ['<mask>', 0], ['▁', -2], ['▁la', -3], ['la', -4], ['l', -5], ['a', -5], ['ll', -9]], // biome-ignore format: one line
    },
  });
  const { tokenizer: small, keptIds } = trimVocabulary(unigram, ['la', 'lala']);
  expect([...keptIds]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]); // ll has the lowest score
  expect(small.encodeWords(['lala', 'x']).ids.map((id) => keptIds[id])).toEqual(
    unigram.encodeWords(['lala', 'x']).ids,
  );
});

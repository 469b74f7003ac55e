import { describe, expect, test } from 'vitest';
import {
  type Configuration,
  calibratorDefaults,
  readConfiguration,
  writeConfiguration,
} from './configuration.js';
import { encoderOfSize, maxTokens, readEncoderConfiguration } from './encoder-configuration.js';
import { positionIds } from './positions.js';

const bert = {
  model_type: 'bert',
  vocab_size: 330,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 64,
  max_position_embeddings: 64,
};

test('a configuration is read back as it was written, forbidden edits included', () => {
  const configuration: Configuration = {
    encoder: encoderOfSize('small', { vocabularySize: 1000 }),
    tags: ['O', 'B-PER'],
    calibrator: {
      ...calibratorDefaults,
      labels: ['NONE', 'PER'],
      margins: { move: 1.5, drop: Number.POSITIVE_INFINITY, relabel: 0 },
    },
    tagger: { wordShapes: true },
    provenance: { recipe: 'pbr' },
  };
  const text = JSON.stringify(writeConfiguration(configuration));
  expect(readConfiguration(JSON.parse(text))).toEqual(configuration);
  expect(JSON.parse(text)).toMatchObject({
    model_type: 'bert',
    architectures: ['BertForTokenClassification'],
    hidden_size: 256,
    id2label: { 0: 'O', 1: 'B-PER' },
    calibre: { version: 1, calibrator: { margins: { move: 1.5, drop: null } } },
  });
});

test('a checkpoint of another version is refused', () => {
  const json = { ...bert, calibre: { version: 2 } };
  expect(() => readConfiguration(json)).toThrow(
    'calibre.version must be 1, got 2; use the release',
  );
});

test('fields that config.json leaves out have the family’s values', () => {
  const { layerNormEpsilon, activation, tokenTypes, padTokenId } = readEncoderConfiguration(bert);
  expect([layerNormEpsilon, activation, tokenTypes, padTokenId]).toEqual([1e-12, 'gelu', 2, 0]);
});

test('an encoder’s id2label is no list of tags', () => {
  const labelled = { ...bert, id2label: { 0: 'LABEL_0', 1: 'LABEL_1' } };
  expect(readConfiguration({ ...labelled, architectures: ['BertModel'] }).tags).toEqual([]);
  const tagger = { ...labelled, architectures: ['BertForTokenClassification'] };
  expect(readConfiguration(tagger).tags).toEqual(['LABEL_0', 'LABEL_1']);
});

test('XLM’s older key names mean the same, and its inner width is four times the width', () => {
  const xlm = {
    model_type: 'xlm',
    n_words: 330,
    emb_dim: 32,
    n_layers: 2,
    n_heads: 4,
    max_position_embeddings: 64,
    n_langs: 15,
    pad_index: 2,
  };
  const { n_words, pad_index, ...rest } = xlm;
  const read = readEncoderConfiguration(xlm);
  expect(read).toEqual(
    readEncoderConfiguration({ ...rest, vocab_size: n_words, pad_token_id: pad_index }),
  );
  expect([read.innerWidth, read.languages]).toEqual([128, 15]);
  expect(readEncoderConfiguration({ ...xlm, use_lang_emb: false }).languages).toBe(0);
});

describe('positions', () => {
  const ids = { data: [5, 6, 1, 7], shape: [1, 4] };
  test('BERT counts columns', () =>
    expect(positionIds(ids, readEncoderConfiguration(bert)).data).toEqual(
      Int32Array.of(0, 1, 2, 3),
    ));
  test('XLM-R counts tokens that are no padding, from 2, and reads two tokens less than it has rows', () => {
    const encoder = readEncoderConfiguration({
      ...bert,
      model_type: 'xlm-roberta',
      pad_token_id: 1,
    });
    expect(positionIds(ids, encoder).data).toEqual(Int32Array.of(2, 3, 1, 4));
    expect(maxTokens(encoder)).toBe(62);
  });
});

describe('refused with the field and the remedy', () => {
  test.each([
    [{ model_type: 'gpt2' }, /model_type must be one of bert/],
    [{ position_embedding_type: 'relative_key' }, /position_embedding_type must be "absolute"/],
    [{ is_decoder: true }, /must be an encoder, .* got a decoder/],
    [{ model_type: 'xlm', causal: true }, /must be an encoder, .* got a decoder/],
    [{ model_type: 'xlm', is_encoder: false }, /must be an encoder, .* got a decoder/],
    [{ hidden_act: 'mish' }, /activation must be one of gelu/],
    [{ num_attention_heads: 5 }, /multiple of the number of heads, got 32 and 5/],
    [{ vocab_size: '330' }, /vocabularySize must be a whole number/],
    [{ id2label: { 0: 'O', 2: 'B-PER' } }, /1 has no label/],
    [{ calibre: { calibrator: { labels: ['PER'] } } }, /begin with NONE/],
    [{ calibre: { calibrator: { unit: 'byte' } } }, /unit must be one of token, word/],
    [{ calibre: { calibrator: { maxSpan: 0 } } }, /maxSpan/],
  ])('%j', (changes, message) =>
    expect(() => readConfiguration({ ...bert, ...changes })).toThrow(message),
  );
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { goldenJson } from '../../test/golden.js';
import { generator } from '../../test/random-text.js';
import { byteSigns } from './byte-level.js';
import { loadTokenizer, readTokenizer } from './load-tokenizer.js';

const vocabulary = '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nÉté\nete\n';

test('vocab.txt is read by the settings of tokenizer_config.json', () => {
  const lower = { 'vocab.txt': vocabulary, 'tokenizer_config.json': '{"do_lower_case": true}' };
  expect(readTokenizer({ 'vocab.txt': vocabulary }).encodeText('Été').ids).toEqual([2, 5, 3]);
  expect(readTokenizer(lower).encodeText('Été').ids).toEqual([2, 6, 3]);
});

test('a folder without a tokenizer is an error that names it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'tokenizer_config.json'), '{}');
  await expect(loadTokenizer(folder)).rejects.toThrow(
    `${folder}: a tokenizer must be tokenizer.json, vocab.txt, or vocab.json with merges.txt, got tokenizer_config.json`,
  );
});

test.each([
  ['{', 'tokenizer.json: must be JSON'],
  ['[]', 'tokenizer.json: must hold a JSON object'],
  ['{}', 'tokenizer.json: model must be of kind component, got nothing'],
  [
    '{"model": {"type": "Markov"}}',
    'model.type must be one of WordPiece, BPE, Unigram, got "Markov"',
  ],
  [
    '{"model": {"type": "WordPiece", "vocab": {"a": -1}}}',
    'model.vocab["a"] must be of kind id, got -1',
  ],
])('%s is an error that says what is wrong', (file, message) => {
  expect(() => readTokenizer({ 'tokenizer.json': file })).toThrow(message);
});

test('vocab.json and merges.txt without </w> are RoBERTa’s: a word begins with its space', () => {
  const tokens = ['<s>', '<pad>', '</s>', '<unk>', '<mask>', ...byteSigns, 'he', 'Ġhe'];
  const files = {
    'vocab.json': JSON.stringify(Object.fromEntries(tokens.map((token, id) => [token, id]))),
    'merges.txt': '#version: 0.2\nh e\nĠ he\n',
  };
  const tokenizer = readTokenizer(files);
  const text = tokenizer.encodeText('he he<mask>é');
  expect(text.tokens).toEqual(['<s>', 'he', 'Ġhe', '<mask>', 'Ã', '©', '</s>']);
  expect(text.offsets.slice(1, -1)).toEqual([[0, 2], [3, 5], [5, 11], [11, 12], [11, 12]]); // biome-ignore format: pairs
  const words = tokenizer.encodeWords(['he', 'he']);
  expect(words.tokens.slice(1, -1)).toEqual(['Ġhe', 'Ġhe']);
  expect(words.offsets.slice(1, -1)).toEqual([[0, 2], [0, 2]]); // biome-ignore format: pairs
  expect(readTokenizer(tokenizer.files()).encodeText('he he<mask>é')).toEqual(text);
});

test('a vocabulary of neither is refused', () => {
  expect(() => readTokenizer({ 'vocab.json': '{"Ġa": 0}', 'merges.txt': '' })).toThrow(
    'must be of XLM, whose words end with </w>, or of RoBERTa with <s>',
  );
});

const rounds = Number(process.env.CALIBRE_FUZZ ?? 400);

test(`${rounds} damaged files: each is read or refused with an error of our own`, () => {
  const random = generator(3);
  const files = ['bert-tiny', 'xlmr-tiny'].map((name) => goldenJson(`${name}/tokenizer.json`));
  let read = 0;
  for (let round = 0; round < rounds; round++) {
    const damage = [0.003, 0.02, 0.1][round % 3] as number;
    const file = JSON.stringify(damaged(files[round % 2], { random, damage }));
    const cut = round % 5 === 0 ? file.slice(0, Math.floor(random() * file.length)) : file;
    try {
      readTokenizer({ 'tokenizer.json': cut }).encodePair('The <s> [MASK] left', 'é');
      read++;
    } catch (error) {
      expect((error as Error).constructor).toBe(Error);
      expect((error as Error).message).toMatch(/^(tokenizer|tokenizer\.json): .+;/s);
    }
  }
  expect(read).toBeGreaterThan(0);
});

const junk = [null, 0, -1, 1.5, '', {}, [], true, 'x', 1e9, [null], { type: 'BertNormalizer' }];

/** The value with each part replaced, renamed or left out with probability `damage`. */
function damaged(value: unknown, options: { random: () => number; damage: number }): unknown {
  const { random, damage } = options;
  if (random() < damage) return junk[Math.floor(random() * junk.length)];
  if (Array.isArray(value)) return value.map((item) => damaged(item, options));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(() => random() >= damage)
      .map(([name, part]) => [random() < damage ? `${name}s` : name, damaged(part, options)]),
  );
}

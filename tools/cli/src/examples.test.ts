import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toJsonLine } from '@calibre/data-wiki';
import { expect, test } from 'vitest';
import { readExamples, sentenceTokens, spanItemTokens } from './examples.js';
import { multilingualTokenizer } from './vocabulary.js';

const passage = {
  language: 'de',
  pageId: 1,
  title: 'Ada',
  text: 'Ada Lovelace',
  words: [
    { charStart: 0, charEnd: 3 },
    { charStart: 4, charEnd: 12 },
  ],
  anchors: [{ start: 0, end: 2, target: 'Ada Lovelace' }],
};

test('examples are passages, or sentences with spans of labelled files named by their language', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'calibre-examples-'));
  try {
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const passages = file('p.jsonl', toJsonLine(passage));
    const labelled = file('es.train.conllu', 'Bo B-PER\n\nnada O\n');
    expect(await readExamples([passages, labelled])).toEqual([
      {
        language: 'de',
        words: ['Ada', 'Lovelace'],
        spans: [{ start: 0, end: 2, label: 'PHRASE' }],
      },
      { language: 'es', words: ['Bo'], spans: [{ start: 0, end: 1, label: 'PER' }] },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('tokens of an epoch: each sentence with two special tokens; each span beside its copy with three', async () => {
  const tokenizer = await multilingualTokenizer();
  const words = ['Berlin', 'is', 'big'];
  expect(words.map((word) => tokenizer.wordIds(word).length)).toEqual([1, 1, 1]);
  const sentence = { words, spans: [{ start: 0, end: 1, label: 'LOC' }] };
  expect(sentenceTokens([sentence], tokenizer)).toBe(3 + 2);
  expect(spanItemTokens([sentence], { tokenizer, maxWords: 60 })).toBe(3 + 1 + 3);
  expect(spanItemTokens([sentence], { tokenizer, maxWords: 2 })).toBe(2 + 1 + 3);
});

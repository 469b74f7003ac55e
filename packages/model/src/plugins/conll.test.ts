import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkConformance } from '../conformance/index.js';
import { conllModel } from './conll.js';

async function write(files: Readonly<Record<string, string>>): Promise<(name: string) => string> {
  const folder = await mkdtemp(join(tmpdir(), 'conll-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return (name) => join(folder, name);
}

const sentences = [
  ['Lena', 'left', 'Kaldur'],
  ['Good', 'day'],
];
const lena = [
  { start: 0, end: 1, label: 'PER' },
  { start: 2, end: 3, label: 'LOC' },
];

test('words and tags in one file: conforms, and gives the spans of the tags', async () => {
  const path = await write({ 'a.conll': 'Lena B-PER\nleft O\nKaldur B-LOC\n\nGood O\nday O\n' });
  await checkConformance(() => conllModel(path('a.conll')), { sentences });
  const base = await conllModel(path('a.conll'));
  expect(base.labels).toEqual(['LOC', 'PER']);
  expect(await base.predict(sentences)).toEqual([lena, []]);
});

test('tags alone, line by line beside a file of the words', async () => {
  const path = await write({
    words: 'Lena B-PER\nleft O\nKaldur O\n\nGood O\nday O\n',
    tags: 'B-PER\nO\nB-LOC\n\nO\nO\n',
  });
  const base = await conllModel(path('tags'), { words: path('words') });
  expect(await base.predict(sentences.toReversed())).toEqual([[], lena]);
});

test('JSON lines', async () => {
  const path = await write({
    'a.jsonl': `${JSON.stringify({ words: sentences[0], spans: lena })}\n`,
  });
  expect(await (await conllModel(path('a.jsonl'))).predict([sentences[0] as string[]])).toEqual([
    lena,
  ]);
});

test('files that do not line up are an error that names the line', async () => {
  const path = await write({ words: 'Lena O\nleft O\n\nGood O\n', tags: 'B-PER\nO\n\nO\nO\n' });
  await expect(conllModel(path('tags'), { words: path('words') })).rejects.toThrow(
    'line 4: must have a tag for each of 1 words',
  );
});

test('a sentence that is not in the file is an error that quotes it', async () => {
  const path = await write({ 'a.conll': 'Lena B-PER\n' });
  const base = await conllModel(path('a.conll'), { id: 'mine' });
  await expect(base.predict([['Who', 'left']])).rejects.toThrow(
    'mine: must hold every sentence that is asked for, got none with the words "Who left …" (sentence 0)',
  );
});

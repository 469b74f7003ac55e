import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJsonLines, writeJsonLines } from '../output/json-lines.js';
import { anchorText, type Passage, toLabelledWords } from '../passage.js';
import { extractPassages } from './extract.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'calibre-wiki-'));
});
afterAll(() => rm(folder, { recursive: true }));

const HEADER = `<mediawiki xml:lang="en" version="0.11"><siteinfo><dbname>enwiki</dbname>
<namespaces><namespace key="6">File</namespace></namespaces></siteinfo>`;
const page = (id: number, title: string, text: string, more = '<ns>0</ns>') =>
  `<page><title>${title}</title>${more}<id>${id}</id><revision><text>${text}</text></revision></page>`;

async function dump(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const RULES = { minWords: 4, maxWords: 12, minAnchors: 1 };

describe('extractPassages', () => {
  test('a page gives its paragraphs with anchors as word spans', async () => {
    const path = await dump(
      'one.xml',
      `${HEADER}${page(7, 'Rome &amp; co', 'The [[city]] of &quot;[[Rome|old Rome]]&quot;.')}</mediawiki>`,
    );
    const [passage] = await all(extractPassages(path, RULES));
    expect(passage).toEqual({
      language: 'en',
      pageId: 7,
      title: 'Rome & co',
      text: 'The city of "old Rome".',
      words: [
        [0, 3],
        [4, 8],
        [9, 11],
        [12, 13],
        [13, 16],
        [17, 21],
        [21, 22],
        [22, 23],
      ].map(([charStart, charEnd]) => ({ charStart, charEnd })),
      anchors: [
        { start: 1, end: 2, target: 'city' },
        { start: 4, end: 6, target: 'Rome' },
      ],
    });
    expect(
      (passage as Passage).anchors.map((anchor) => anchorText(passage as Passage, anchor)),
    ).toEqual(['city', 'old Rome']);
    expect(toLabelledWords(passage as Passage)).toEqual({
      words: ['The', 'city', 'of', '"', 'old', 'Rome', '"', '.'],
      spans: [
        { start: 1, end: 2, label: 'PHRASE' },
        { start: 4, end: 6, label: 'PHRASE' },
      ],
    });
  });

  test('JSON lines read back as they were written, plain and compressed', async () => {
    const path = await dump(
      'two.xml',
      `${HEADER}${page(1, 'A', 'A [[b]] c d.')}${page(2, 'B', 'É [[ü]] — ö.')}</mediawiki>`,
    );
    const passages = await all(extractPassages(path, RULES));
    expect(passages).toHaveLength(2);
    for (const name of ['out.jsonl', 'out.jsonl.gz']) {
      await writeJsonLines(join(folder, name), passages);
      expect(await all(readJsonLines(join(folder, name)))).toEqual(passages);
    }
  });
});

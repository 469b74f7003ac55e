/** Real dumps, where they are at hand (`../shared` beside the repository). */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { decompress, findDumps, readFrom, toUtf8 } from '../src/dump/open.js';
import { PageCutter, readPage } from '../src/dump/pages.js';
import { extractPassages } from '../src/run/extract.js';
import { Wikitext } from '../src/wikitext/wikitext.js';

const folder = new URL('../../../../shared/data/wiki/', import.meta.url).pathname;
const isHere = existsSync(folder);
const minidumps = isHere ? (await readdir(`${folder}minidumps`)).sort() : [];
const paths = isHere
  ? [
      ...(await readdir(folder)).filter((name) => /\.(?:xml|bz2)$/.test(name)).sort(),
      ...minidumps.map((name) => `minidumps/${name}`),
    ]
  : ['(no ../shared/data/wiki)'];

async function* chunks(path: string): AsyncGenerator<Buffer> {
  const [dump] = await findDumps([path]);
  for await (const chunk of toUtf8(
    decompress(readFrom(path), {
      path,
      compression: dump?.compression ?? 'none',
      onDamage: () => {},
    }),
  )) {
    if (chunk) yield chunk;
  }
}

/** What is compared of a page; its text by hash. */
interface Seen {
  title: string;
  id: number;
  ns: number;
  isRedirect: boolean;
  text: string;
}

const hash = (text: string): string => createHash('sha1').update(text).digest('hex');
const NOTHING: Seen = {
  title: '',
  id: Number.NaN,
  ns: Number.NaN,
  isRedirect: false,
  text: hash(''),
};

/** What a real XML parser sees of each page. */
async function saxPages(path: string): Promise<Seen[]> {
  const parser = new SaxesParser();
  const decoder = new TextDecoder();
  const pages: Seen[] = [];
  let page = { ...NOTHING };
  let text = '';
  const open: string[] = [];
  parser.on('opentag', ({ name }) => {
    open.push(name);
    text = '';
    if (name === 'page') page = { ...NOTHING };
    if (name === 'redirect') page.isRedirect = true;
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('closetag', ({ name }) => {
    open.pop();
    if (name === 'title') page.title = text;
    else if (name === 'id' && open.at(-1) === 'page') page.id = Number(text);
    else if (name === 'ns') page.ns = Number(text);
    else if (name === 'text') page.text = hash(text);
    else if (name === 'page') pages.push(page);
    text = '';
  });
  parser.on('error', () => {});
  for await (const chunk of chunks(path)) parser.write(decoder.decode(chunk, { stream: true }));
  return pages;
}

const RESIDUE =
  /\[\[|\]\]|\{\{|\}\}|\||<\/?(?:ref|nowiki|gallery|div|span|br|table)\b|&(?:amp|lt|gt|nbsp|quot);|''/;

describe.skipIf(!isHere)('real dumps of ../shared/data/wiki', () => {
  test.each(paths)('pages are those of an XML parser: %s', async (name) => {
    const path = folder + name;
    const cutter = new PageCutter();
    const wikitext = new Wikitext();
    const found: Seen[] = [];
    for await (const chunk of chunks(path)) {
      for (const { bytes } of cutter.push(chunk)) {
        const { title, id, namespace, isRedirect, readText } = readPage(bytes);
        readText(wikitext);
        const text = hash(wikitext.slice(0, wikitext.length));
        found.push({ title, id, ns: namespace, isRedirect, text });
      }
    }
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(await saxPages(path));
  });

  test.each(paths)('passages keep their promises: %s', async (name) => {
    const language = /(?:^|\/)(\w\w)-/.exec(name)?.[1] as string;
    let [passages, withResidue, denormalised] = [0, 0, 0];
    for await (const { text, words, anchors } of extractPassages(folder + name, { language })) {
      passages++;
      const isInOrder = (ends: readonly number[]) =>
        ends.every((end, i) => end >= (ends[i - 1] ?? 0));
      expect(isInOrder(words.flatMap(({ charStart, charEnd }) => [charStart, charEnd]))).toBe(true);
      expect(isInOrder(anchors.flatMap(({ start, end }) => [start, end]))).toBe(true);
      expect(words.at(-1)?.charEnd).toBeLessThanOrEqual(text.length);
      expect(words.length).toBeGreaterThanOrEqual(50);
      expect(words.length).toBeLessThanOrEqual(250);
      expect(anchors.length).toBeGreaterThanOrEqual(2);
      expect(anchors.at(-1)?.end).toBeLessThanOrEqual(words.length);
      for (const { start, end } of anchors) expect(end - start).toBeLessThanOrEqual(8);
      expect(Buffer.from(text).toString()).toBe(text); // no lone surrogate
      if (text.normalize('NFC') !== text) denormalised++;
      if (RESIDUE.test(text)) withResidue++;
    }
    expect(passages).toBeGreaterThan(0);
    expect(withResidue).toBeLessThanOrEqual(passages / 1000);
    // As the source is: one article of the English dump has such a character.
    expect(denormalised).toBeLessThanOrEqual(1);
  });
});

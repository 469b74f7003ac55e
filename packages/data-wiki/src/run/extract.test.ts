import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  all,
  dump,
  FOOTER,
  HEADER,
  manyPages,
  page,
  SMALL,
  temporaryFolder,
} from '../../test/dumps.js';
import { anchorText, type Passage, toLabelledWords } from '../passage.js';
import { type ExtractOptions, extractPassages } from './extract.js';
import type { ExtractionReport } from './run.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const fixture = (name: string): string =>
  new URL(`../../test/fixtures/${name}`, import.meta.url).pathname;

/** Passages and report. */
async function extract(
  source: Parameters<typeof extractPassages>[0],
  options: ExtractOptions = {},
) {
  const passages: Passage[] = [];
  const run = extractPassages(source, { ...SMALL, ...options });
  for (;;) {
    const { value, done } = await run.next();
    if (done) return { passages, report: value as ExtractionReport };
    passages.push(value as Passage);
  }
}

const titles = async (
  name: string,
  content: string,
  options: ExtractOptions = {},
): Promise<string[]> =>
  (await extract(await folder.write(name, content), options)).passages.map(({ title }) => title);

test('a page gives its paragraphs with anchors as word spans', async () => {
  const text = 'The [[city]] of &quot;[[Rome|old Rome]]&quot;.';
  const path = await folder.write('one.xml', dump(page(7, text, { title: 'Rome &amp; co' })));
  const { passages } = await extract(path);
  const [passage] = passages as [Passage];
  expect(passages).toEqual([
    {
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
    },
  ]);
  expect(passage.anchors.map((anchor) => anchorText(passage, anchor))).toEqual([
    'city',
    'old Rome',
  ]);
  expect(toLabelledWords(passage)).toEqual({
    words: ['The', 'city', 'of', '"', 'old', 'Rome', '"', '.'],
    spans: [
      { start: 1, end: 2, label: 'PHRASE' },
      { start: 4, end: 6, label: 'PHRASE' },
    ],
  });
});

describe('pages', () => {
  const text = 'A page about [[it]] only.';
  test('articles only, no redirects, no other content models; each counted', async () => {
    const path = await folder.write(
      'kinds.xml',
      dump(
        page(1, text),
        page(2, text, { more: '<ns>1</ns>' }),
        page(3, text, { more: '<ns>0</ns>', revision: '<model>json</model>' }),
        `<page><title>R</title><ns>0</ns><id>4</id><redirect title="x" /><revision><text>${text}</text></revision></page>`,
        page(5, `#REDIRECT [[x]] ${text}`),
        page(6, `${text}\n{{disambig}}`),
        page(7, '', {}),
      ),
    );
    const { passages, report } = await extract(path);
    expect(passages.map(({ pageId }) => pageId)).toEqual([1]);
    expect(report.counts.pages).toEqual({
      read: 7,
      otherNamespace: 1,
      redirects: 2,
      otherModel: 1,
      filtered: 0,
      disambiguations: 1,
      listPages: 0,
    });
  });
  test('schemas before 0.6 tell the namespace by the title', async () =>
    expect(
      await titles(
        'old.xml',
        dump(
          page(1, text, { title: 'File:A', more: '' }),
          page(2, text, { title: 'Alien: B', more: '' }),
        ),
      ),
    ).toEqual(['Alien: B']));
  test('filters by title, id, size and date', async () => {
    const dated = (id: number, year: number) =>
      page(id, text, { revision: `<timestamp>${year}-01-01T00:00:00Z</timestamp>` });
    const content = dump(
      dated(1, 2001),
      dated(2, 2010),
      dated(3, 2020),
      page(4, `${text}${' x'.repeat(50)}`),
    );
    expect(await titles('f.xml', content, { titlePattern: '^Page [12]$' })).toEqual([
      'Page 1',
      'Page 2',
    ]);
    expect(await titles('f.xml', content, { pageIds: [3] })).toEqual(['Page 3']);
    expect(await titles('f.xml', content, { since: '2010', until: '2020' })).toEqual(['Page 2']);
    expect(await titles('f.xml', content, { minBytes: 100 })).toEqual(['Page 4']);
    expect(await titles('f.xml', content, { maxBytes: 30 })).toEqual([
      'Page 1',
      'Page 2',
      'Page 3',
    ]);
  });
  test('of several revisions the last counts', async () => {
    const path = await folder.write(
      'h.xml',
      dump(
        page(1, 'Old [[text]] of it.').replace(
          '</page>',
          '<revision><text>New [[words]] of it.</text></revision></page>',
        ),
      ),
    );
    expect((await extract(path)).passages.map((passage) => passage.text)).toEqual([
      'New words of it.',
    ]);
  });
});

describe('languages', () => {
  const content = dump(page(1, 'Das [[Haus]] ist [[Datei:A.jpg|mini|x]] am See.')).replace(
    /<namespaces>.*<\/namespaces>/,
    '',
  );
  test('the header says it', async () => {
    const { passages } = await extract(
      await folder.write('de.xml', content.replace('enwiki', 'dewiki')),
    );
    expect(passages.map((passage) => [passage.language, passage.text])).toEqual([
      ['de', 'Das Haus ist am See.'],
    ]);
  });
  test('the option overrules a header that lies', async () => {
    const { passages } = await extract(await folder.write('lie.xml', content), { language: 'de' });
    expect(passages.map((passage) => [passage.language, passage.text])).toEqual([
      ['de', 'Das Haus ist am See.'],
    ]);
  });
  test('namespaces of a language never seen come from the header', async () => {
    const strange = dump(page(1, 'A [[b]] c [[Fichu:A|x]] d.'))
      .replace('enwiki', 'xxwiki')
      .replace('>File<', '>Fichu<');
    const { passages } = await extract(await folder.write('xx.xml', strange));
    expect(passages.map((passage) => passage.text)).toEqual(['A b c d.']);
  });
});

describe('containers', () => {
  const xml = dump(...manyPages(1500));
  let expected: string;
  beforeAll(async () => {
    expected = JSON.stringify((await extract(await folder.write('pages.xml', xml))).passages);
  });
  test.each(['single.xml.bz2', 'multi.xml.bz2', 'pages.xml.xz', 'pages.xml.zst'])(
    '%s',
    async (name) => {
      const { passages, report } = await extract(fixture(name));
      expect(JSON.stringify(passages)).toBe(expected);
      expect(report.damages).toEqual([]);
    },
  );
  test('gzip', async () => {
    expect(
      JSON.stringify((await extract(await folder.write('pages.xml.gz', gzipSync(xml)))).passages),
    ).toBe(expected);
  });
  test.each(['utf16le', 'big-endian'])('UTF-16, %s', async (order) => {
    const bytes = Buffer.from(`\ufeff${xml}`, 'utf16le');
    const path = await folder.write('pages16.xml', order === 'utf16le' ? bytes : bytes.swap16());
    expect(JSON.stringify((await extract(path)).passages)).toBe(expected);
  });
  test('a stream, compressed or not, cut anywhere', async () => {
    for (const bytes of [Buffer.from(xml), await readFile(fixture('multi.xml.bz2'))]) {
      const pieces = async function* () {
        for (let i = 0; i < bytes.length; i += 997) yield bytes.subarray(i, i + 997);
      };
      expect(JSON.stringify((await extract(pieces())).passages)).toBe(expected);
    }
  });
  test.each(['pages.xml', 'single.xml.bz2', 'multi.xml.bz2'])(
    'units of any size give the same: %s',
    async (name) => {
      const path = name === 'pages.xml' ? folder.path(name) : fixture(name);
      for (const unitBytes of name === 'pages.xml' ? [10_007, 100_003] : [1501, 9001]) {
        const { passages, report } = await extract(path, { unitBytes });
        expect(JSON.stringify(passages)).toBe(expected);
        expect(report.counts.pages.read).toBe(1500);
      }
    },
  );
  test('a folder and several files, in order', async () => {
    const other = await temporaryFolder();
    await other.write('b.xml', dump(page(2, 'The [[second]] page here.')));
    await other.write('a.xml', dump(page(1, 'The [[first]] page here.')));
    await other.write('notes.txt', 'not a dump');
    const { passages } = await extract([other.path('.'), other.path('a.xml')]);
    expect(passages.map(({ pageId }) => pageId)).toEqual([1, 2, 1]);
    await other.remove();
  });
});

describe('bad input', () => {
  test('a truncated dump gives its whole pages and says where it broke', async () => {
    const xml = dump(...manyPages(20));
    const cut = Buffer.from(xml.slice(0, xml.lastIndexOf('<page>') + 60));
    const path = await folder.write('cut.xml', cut);
    const { passages, report } = await extract(path);
    expect(new Set(passages.map(({ pageId }) => pageId)).size).toBe(19);
    expect(report.cutPages).toBe(1);
    expect(report.damages).toEqual([
      {
        path,
        offset: cut.length,
        reason: 'file ends inside a page; the whole pages before were read',
      },
    ]);
  });
  test('a truncated bzip2 file too', async () => {
    const bytes = await readFile(fixture('single.xml.bz2'));
    const path = await folder.write('cut.bz2', bytes.subarray(0, bytes.length - 2000));
    const { passages, report } = await extract(path);
    expect(passages.length).toBeGreaterThan(500);
    expect(report.damages.map(({ reason }) => reason)).toContain('file ends inside a bzip2 block');
  });
  test('a truncated gzip, xz or zstd file too', async () => {
    const gz = gzipSync(dump(...manyPages(1500)));
    const sources = [
      gz,
      await readFile(fixture('pages.xml.xz')),
      await readFile(fixture('pages.xml.zst')),
    ];
    for (const bytes of sources) {
      const { report } = await extract(
        await folder.write('cut.z', bytes.subarray(0, bytes.length - 500)),
      );
      expect(report.damages.length).toBeGreaterThan(0);
    }
  });
  test('a file truncated inside its first block says so', async () => {
    const bytes = (await readFile(fixture('single.xml.bz2'))).subarray(0, 900);
    const path = await folder.write('head.bz2', bytes);
    await expect(extract(path)).rejects.toThrow(
      `dump: nothing can be read before the first page: file ends inside a bzip2 block; fetch the file again: ${path}`,
    );
    await expect(extract(Readable.from([bytes]))).rejects.toThrow('file ends inside a bzip2 block');
  });
  test('a damaged bzip2 block costs its pages only', async () => {
    const bytes = Buffer.from(await readFile(fixture('single.xml.bz2')));
    const middle = Math.floor(bytes.length / 2);
    bytes.fill(0xaa, middle, middle + 20);
    const path = await folder.write('bad.bz2', bytes);
    const { passages, report } = await extract(path);
    const ids = passages.map(({ pageId }) => pageId);
    expect([ids[0], ids.at(-1)]).toEqual([1, 1500]);
    expect(new Set(ids).size).toBeLessThan(1500);
    expect(report.damages).toMatchObject([{ path, reason: 'damaged bzip2 block' }]);
    expect(report.cutPages).toBe(1);
  });
  test.each([
    ['nothing there', undefined, /no such file or folder/],
    ['an empty file', '', /got an empty file/],
    ['not XML', 'PK\u0003\u0004 zip', /expected XML, or XML compressed/],
    ['other XML', '<html><body>x</body></html>', /expected <mediawiki> before the first page/],
    [
      'bzip2 of nothing',
      'BZh9rubbish, no block in it',
      /expected <mediawiki> before the first page/,
    ],
  ])('%s', async (name, content, message) => {
    const path = folder.path(`${name}.x`);
    if (content !== undefined) await folder.write(`${name}.x`, content);
    await expect(extract(path)).rejects.toThrow(message);
    await expect(extract(path)).rejects.toThrow(path);
  });
  test('options that contradict each other', async () => {
    await expect(extract(folder.path('pages.xml'), { minWords: 60, maxWords: 50 })).rejects.toThrow(
      'extract: maxWords must be at least 60, got 50',
    );
  });
});

describe('running', () => {
  test('stops when aborted', async () => {
    const controller = new AbortController();
    const run = extractPassages(folder.path('pages.xml'), { ...SMALL, signal: controller.signal });
    await run.next();
    controller.abort(new Error('enough'));
    await expect(all(run)).rejects.toThrow('enough');
  });
  test('says how far it is', async () => {
    const seen: number[] = [];
    await extract(folder.path('pages.xml'), {
      unitBytes: 100_000,
      onProgress: ({ bytes, totalBytes }) => seen.push(bytes / (totalBytes as number)),
    });
    expect(seen.at(-1)).toBe(1);
    expect(seen.every((share, i) => share >= (seen[i - 1] ?? 0))).toBe(true);
  });
  test('a sample is as large as asked, in order, and the same for the same seed', async () => {
    const sample = (seed: number) => extract(folder.path('pages.xml'), { sample: 20, seed });
    const [a, b, c] = [await sample(1), await sample(1), await sample(2)].map(({ passages }) =>
      passages.map(({ pageId }) => pageId),
    );
    expect(a).toHaveLength(20);
    expect(a).toEqual([...(a as number[])].sort((x, y) => x - y));
    expect(b).toEqual(a);
    expect(c).not.toEqual(a);
  });
  test('caps bound passages of a page and anchors of a target', async () => {
    const path = await folder.write(
      'caps.xml',
      dump(
        page(1, 'The [[hub]] of [[a]] now.\n\nThe [[hub]] of [[b]] now.'),
        page(2, 'The [[hub]] of [[c]] now.\n\nThe [[hub]] is it.'),
      ),
    );
    const targets = async (options: ExtractOptions) =>
      (await extract(path, options)).passages.map(({ anchors }) =>
        anchors.map(({ target }) => target),
      );
    expect(await targets({ passagesPerPage: 1 })).toEqual([
      ['hub', 'a'],
      ['hub', 'c'],
    ]);
    expect(await targets({ anchorsPerTarget: 2 })).toEqual([['hub', 'a'], ['hub', 'b'], ['c']]);
  });
});

test('header and footer alone are a dump without pages', async () => {
  const { passages, report } = await extract(await folder.write('none.xml', HEADER + FOOTER));
  expect(passages).toEqual([]);
  expect(report.damages).toEqual([]);
});

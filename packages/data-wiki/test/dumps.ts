/** Small dumps made for tests. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const HEADER = `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
<siteinfo><dbname>enwiki</dbname><namespaces><namespace key="6">File</namespace></namespaces></siteinfo>
`;
export const FOOTER = '</mediawiki>\n';

/** A page; `more` stands between title and revision, `revision` before the text. */
export function page(
  id: number,
  text: string,
  {
    title = `Page ${id}`,
    more = '<ns>0</ns>',
    revision = '',
  }: { title?: string; more?: string; revision?: string } = {},
): string {
  return `<page><title>${title}</title>${more}<id>${id}</id><revision><id>1</id>${revision}<text bytes="1">${text}</text></revision></page>\n`;
}

export const dump = (...pages: string[]): string => HEADER + pages.join('') + FOOTER;

/** `count` pages of a paragraph or two each, no two alike, with letters of several scripts. */
export function manyPages(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    page(
      i + 1,
      `The [[city ${i}]] of '''Ž${i}''' lies by the [[river|река]] and the [[Berg ${i % 7}|山]].\n\nIts ${'wall '.repeat(i % 40)}has [[gate]]s &amp;amp; a [[tower ${i % 3}]].`,
    ),
  );
}

/** A folder for a test's files, and how to remove it. */
export async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'calibre-wiki-'));
  return {
    path: (name: string) => join(folder, name),
    write: async (name: string, content: string | Uint8Array) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** Rules under which the small pages above give passages. */
export const SMALL = { minWords: 4, maxWords: 30, minAnchors: 1 };

/** Items as JSON lines, to compare many at once. */
export const lines = async (items: AsyncIterable<unknown>): Promise<string> =>
  (await all(items)).map((item) => JSON.stringify(item)).join('\n');

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bin, calibre, scratch } from './calibre.js';

const { file, path } = scratch();
const pages = Array.from(
  { length: 500 },
  (_, id) =>
    `<page><title>Page ${id}</title><ns>0</ns><id>${id}</id><revision><text>${`The [[city ${id}]] lies by a [[river]]. `.repeat(20)}</text></revision></page>`,
);
const dump = file('dump.xml', `<mediawiki xml:lang="en">\n${pages.join('\n')}\n</mediawiki>\n`);
const call = `'${process.execPath}' '${bin}' extract --language en`;
const shell = (script: string): string =>
  execFileSync('bash', ['-c', script], { encoding: 'utf8' });

describe('calibre extract', { timeout: 60_000 }, () => {
  test('reads standard input and writes standard output, the lines of a file', async () => {
    const out = path('out.jsonl');
    expect(await calibre(['extract', dump, '--language', 'en', '--out', out])).toMatchObject({
      code: 0,
    });
    const lines = readFileSync(out, 'utf8');
    expect(shell(`${call} '${dump}' --out - | sha1sum`)).toBe(shell(`sha1sum < '${out}'`));
    shell(`gzip -c '${dump}' | ${call} - --out '${path('in.jsonl')}'`);
    expect(readFileSync(path('in.jsonl'), 'utf8')).toBe(lines);
  });

  test('ends quietly when its reader goes away', () =>
    expect(
      shell(
        `set -o pipefail; ${call} '${dump}' --out - 2>&1 | head -1 | wc -l; echo \${PIPESTATUS[0]}`,
      ).split('\n'),
    ).toEqual(['1', '0', '']));
});

/** The built package: worker threads need compiled files. */
import { existsSync } from 'node:fs';
import { readFile, rm, stat, symlink } from 'node:fs/promises';
import {
  extractPassages,
  extractToFile,
  extractUnit,
  planExtraction,
  readPassages,
} from '@calibre/data-wiki';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { all, dump, lines, manyPages, SMALL, temporaryFolder } from './dumps.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let path: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  path = await folder.write('pages.xml', dump(...manyPages(1500)));
});
afterAll(() => folder.remove());

const multi = new URL('./fixtures/multi.xml.bz2', import.meta.url).pathname;

describe('workers', () => {
  test.each([
    ['plain', () => path, 60_000],
    ['bzip2', () => multi, 2000],
  ])('give the passages of one thread in the same order: %s', async (_, source, unitBytes) => {
    const expected = await lines(extractPassages(source(), SMALL));
    for (const workers of [1, 2]) {
      expect(await lines(extractPassages(source(), { ...SMALL, workers, unitBytes }))).toBe(
        expected,
      );
    }
  });
  test('draw the sample of one thread', async () => {
    const options = { ...SMALL, sample: 30, seed: 5, unitBytes: 60_000 };
    expect(await all(extractPassages(path, { ...options, workers: 2 }))).toEqual(
      await all(extractPassages(path, options)),
    );
  });
  test('end when nobody reads on, and when aborted', async () => {
    for await (const _ of extractPassages(path, { ...SMALL, workers: 2, unitBytes: 60_000 })) break;
    const controller = new AbortController();
    const run = extractPassages(path, {
      ...SMALL,
      workers: 2,
      unitBytes: 60_000,
      signal: controller.signal,
    });
    await run.next();
    controller.abort(new Error('enough'));
    await expect(all(run)).rejects.toThrow('enough');
  });
  test('tell what went wrong in them', async () => {
    const units = await planExtraction(path);
    await expect(
      extractUnit({ ...(units[0] as (typeof units)[0]), path: folder.path('gone.xml') }, SMALL),
    ).rejects.toThrow('ENOENT');
    await expect(
      all(extractPassages(path, { ...SMALL, workers: 1, templates: { a: '$1$1' } })),
    ).rejects.toThrow('an argument may stand once');
  });
});

test('units, done anywhere, put together are the file', async () => {
  const out = folder.path('whole.jsonl');
  await extractToFile(path, { ...SMALL, out });
  const units = await planExtraction(path, { unitBytes: 50_000 });
  expect(units.length).toBeGreaterThan(5);
  const results = await Promise.all(structuredClone(units).map((unit) => extractUnit(unit, SMALL)));
  expect(Buffer.concat(results.map(({ lines }) => lines)).equals(await readFile(out))).toBe(true);
});

describe('extractToFile', () => {
  test.each(['jsonl', 'jsonl.gz', 'conll', 'conll.gz', 'parquet'])(
    'what is written reads back equal: %s',
    async (ending) => {
      const out = folder.path(`out.${ending}`);
      const manifest = await extractToFile(path, { ...SMALL, out, workers: 2 });
      const expected = await all(extractPassages(path, SMALL));
      expect(await all(readPassages(out))).toEqual(expected);
      expect(manifest.written).toBe(expected.length);
      expect(JSON.parse(await readFile(`${out}.manifest.json`, 'utf8')).dumps[0].sha256).toMatch(
        /^[0-9a-f]{64}$/,
      );
      for (const rest of ['partial', 'partial.json', 'tmp'])
        await expect(stat(`${out}.${rest}`)).rejects.toThrow('ENOENT');
    },
  );

  test.each([
    ['everything', {}],
    ['a sample', { sample: 50, seed: 3 }],
    ['a cap', { anchorsPerTarget: 4 }],
    ['a sample and a cap', { sample: 50, seed: 3, anchorsPerTarget: 4 }],
  ])('goes on after it was stopped, to the same bytes: %s', async (_, rules) => {
    const options = { ...SMALL, ...rules, unitBytes: 60_000 };
    const whole = folder.path('uninterrupted.jsonl');
    await extractToFile(path, { ...options, out: whole });
    const out = folder.path('stopped.jsonl');
    for (const stopAt of [0.2, 0.5, 0.8]) {
      const controller = new AbortController();
      const stop = ({
        bytes,
        totalBytes,
      }: {
        bytes: number;
        totalBytes: number | undefined;
      }): void => {
        if (bytes > stopAt * (totalBytes as number)) controller.abort(new Error('stopped'));
      };
      const run = extractToFile(path, {
        ...options,
        out,
        resume: stopAt > 0.2,
        signal: controller.signal,
        onProgress: stop,
      });
      await expect(run).rejects.toThrow('stopped');
      await expect(stat(out)).rejects.toThrow('ENOENT');
    }
    const manifest = await extractToFile(path, { ...options, out, resume: true });
    expect((await readFile(out)).equals(await readFile(whole))).toBe(true);
    expect(manifest.counts.pages.read).toBe(1500);
    await rm(out);
  });

  test('goes on only with the same work', async () => {
    const out = folder.path('other.jsonl');
    const signal = AbortSignal.abort(new Error('stopped'));
    const controller = new AbortController();
    const options = { ...SMALL, out, unitBytes: 60_000 };
    await expect(extractToFile(path, { ...options, signal })).rejects.toThrow('stopped');
    const stop = ({ bytes }: { bytes: number }): void => {
      if (bytes > 90_000) controller.abort(new Error('stopped'));
    };
    await expect(
      extractToFile(path, { ...options, signal: controller.signal, onProgress: stop }),
    ).rejects.toThrow('stopped');
    await expect(extractToFile(path, { ...options, minWords: 5, resume: true })).rejects.toThrow(
      'is of other dumps or other options',
    );
  });

  test.skipIf(!existsSync('/dev/full')).each([
    ['while reading', 'full.jsonl', 'full.jsonl.partial'],
    ['while the file is made', 'full.conll', 'full.conll.tmp'],
  ])('a full disk is said %s, and leaves no file under its name', async (_, name, written) => {
    const out = folder.path(name);
    await symlink('/dev/full', folder.path(written));
    await expect(extractToFile(path, { ...SMALL, out })).rejects.toThrow(
      `extract: no space is left on the disk of ${out}; make some and go on with resume`,
    );
    await expect(stat(out)).rejects.toThrow('ENOENT');
    await rm(folder.path(written), { force: true });
    await extractToFile(path, { ...SMALL, out });
    expect((await all(readPassages(out))).length).toBeGreaterThan(1000);
  });

  test('a name of no known format is refused before anything is read', async () => {
    await expect(extractToFile(path, { out: folder.path('out.txt') })).rejects.toThrow(
      'passages: expected a name ending in .jsonl',
    );
  });
});

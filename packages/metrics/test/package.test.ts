import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** One file of what `source`, a module beside the built package, needs. */
async function bundle(source: string): Promise<string> {
  const entry = {
    name: 'entry',
    resolveId: (id: string) => (id === 'entry' ? join(dist, 'entry.js') : null),
    load: (id: string) => (id.endsWith('entry.js') ? source : null),
  };
  const build = await rolldown({ input: 'entry', plugins: [entry] });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  return output[0].code;
}

const compressedSize = async (source: string) =>
  gzipSync(await bundle(source), { level: 9 }).length;

describe('size, minified and compressed', () => {
  test('the whole main entry is under 12 kB', async () =>
    expect(await compressedSize(`export * from './index.js'`)).toBeLessThan(12_000));

  test.each([
    ['scoreTags', 4_000],
    ['scoreAnswers', 2_000],
    ['parseTags', 3_000],
    ['pairedT', 1_500],
  ])('%s alone is under %i bytes', async (name, limit) =>
    expect(await compressedSize(`export { ${name} } from './index.js'`)).toBeLessThan(limit),
  );

  test('nothing of Node is imported', async () =>
    expect(
      await bundle(
        `export * from './index.js'; export * from './conll/index.js'; export * from './report/index.js';`,
      ),
    ).not.toMatch(/\bfrom\s*["'`]|\brequire\(|\bprocess\.|\bBuffer\b/));
});

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);

describe.skipIf(!chromium)('in a browser (skipped without /usr/bin/chromium)', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metrics-browser-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('the built package scores, reads files and normalises text', async () => {
    const script = await bundle(`
      import { normalizeAnswer, scoreTags } from './index.js';
      import { parseConll } from './conll/index.js';
      import { formatReport } from './report/index.js';
      const [{ rows }] = parseConll('Anna B-PER B-PER\\nin O O\\nBonn B-LOC O\\n');
      const column = (at) => [rows.map((row) => row[at])];
      const scores = scoreTags(column(1), column(2));
      document.body.textContent = JSON.stringify({
        f1: scores.micro.f1,
        answer: normalizeAnswer('die Brücke!', { protocol: 'mlqa', language: 'de' }),
        rows: formatReport(scores).split('\\n').length,
      });`);
    const page = join(folder, 'page.html');
    await writeFile(
      page,
      `<!doctype html><meta charset="utf-8"><body></body><script type="module">${script}</script>`,
    );
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${join(folder, 'profile')}`,
    ];
    const { stdout } = await promisify(execFile)(chromium!, [
      ...flags,
      '--virtual-time-budget=5000',
      '--dump-dom',
      pathToFileURL(page).href,
    ]);
    expect(JSON.parse(/<body>(.*?)<\/body>/s.exec(stdout)?.[1]?.split('<script')[0] ?? '')).toEqual(
      {
        f1: 2 / 3,
        answer: 'brücke',
        rows: 9,
      },
    );
  });
});

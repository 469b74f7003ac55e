/** Extraction over a real Redis (Debian's `redis-server`), on loopback. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bin, calibre, scratch } from './calibre.js';

const isHere = (() => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const name = isHere ? 'calibre extract --redis' : 'calibre extract --redis (no redis-server here)';

const { file, path } = scratch();
const page = (id: number) =>
  `<page><title>Page ${id}</title><ns>0</ns><id>${id}</id><revision><text>${`The [[city ${id}]] lies by a [[river]]. `.repeat(40)}</text></revision></page>`;
const pages = Array.from({ length: 8000 }, (_, id) => page(id)).join('\n');
const dump = file('dump.xml', `<mediawiki xml:lang="en">\n${pages}\n</mediawiki>\n`); // four units

const children: ChildProcess[] = [];
const start = (command: string, args: readonly string[]): ChildProcess => {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  return child;
};

describe.skipIf(!isHere)(name, { timeout: 120_000 }, () => {
  let url = '';
  const startWorker = () =>
    start(process.execPath, [bin, 'extract-worker', '--redis', url, '--patience', '2']);

  beforeAll(async () => {
    const port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    start('redis-server', [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--dir',
      path(''),
    ]);
  });
  afterAll(async () => {
    for (const child of children.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    )) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  test('writes the bytes of one machine, though a worker was killed at its unit', async () => {
    const [alone, together] = [path('alone.jsonl'), path('together.jsonl')];
    await calibre(['extract', dump, '--language', 'en', '--out', alone]);
    const first = startWorker();
    const running = calibre([
      'extract',
      dump,
      '--language',
      'en',
      '--out',
      together,
      '--redis',
      url,
    ]);
    for await (const data of first.stderr as AsyncIterable<Buffer>) if (/1/.test(`${data}`)) break;
    first.kill('SIGKILL'); // at its second unit
    startWorker();
    expect(await running).toMatchObject({ code: 0 });
    expect(readFileSync(together).equals(readFileSync(alone))).toBe(true);
    const manifest = (of: string) => readFileSync(`${of}.manifest.json`, 'utf8');
    expect(manifest(together)).toBe(manifest(alone));
  });
});

test('a server that does not answer is named', async () => {
  const url = `redis://127.0.0.1:${await freePort()}`;
  const { code, stderr } = await calibre(['extract-worker', '--redis', url]);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`expected a server at ${url}`),
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** Extraction over a real Redis (Debian's `redis-server`), on loopback. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { QueueEvents } from 'bullmq';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, QUEUE } from '../src/queue/unit-job.js';
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

  /** Halts a worker while it has units in hand; gives their ids. */
  const stopAtUnit = async (worker: ChildProcess): Promise<string[]> => {
    const redis = await connect(url);
    try {
      for (;;) {
        worker.kill('SIGSTOP');
        await setTimeout(100); // what it had sent before arrives
        const inHand = await redis.lrange(`bull:${QUEUE}:active`, 0, -1);
        if (inHand.length > 0) return inHand;
        worker.kill('SIGCONT');
        await setTimeout(10);
      }
    } finally {
      redis.disconnect();
    }
  };

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
    const events = new QueueEvents(QUEUE, { connection: { url } });
    const stalled: string[] = [];
    events.on('stalled', ({ jobId }) => stalled.push(jobId));
    await events.waitUntilReady();
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
    const inHand = await stopAtUnit(first);
    first.kill('SIGKILL');
    startWorker();
    expect(await running).toMatchObject({ code: 0 });
    expect(inHand).toHaveLength(1);
    expect(stalled).toEqual(inHand); // the unit in hand, and no other, was done again
    await events.close();
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

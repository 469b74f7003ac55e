/** A run that is killed, or cannot write, goes on to the same bytes. CALIBRE_FUZZ: moments at which it is killed (4). */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProcessEnd, trainInProcess } from '../test/training-process.js';
import { randomOf } from './random.js';
import { latestSnapshot } from './snapshots.js';

const moments = Math.min(Number(process.env.CALIBRE_FUZZ ?? 4), 100);
const secondsEach = 30;

let root: string;
let whole: ProcessEnd;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'killed-'));
  whole = await trainInProcess(join(root, 'whole'));
});
afterAll(() => rm(root, { recursive: true }));

/** What a run leaves: the checksums of its last state and its log. */
const left = async (name: string) => ({
  checksums: await readFile(join(root, name, 'step-00000012', 'SHA256SUMS'), 'utf8'),
  log: await readFile(join(root, name, 'log.jsonl'), 'utf8'),
});

test(`killed with SIGKILL at ${moments} random moments, a run goes on to the same bytes each time`, {
  timeout: moments * secondsEach * 1000,
}, async () => {
  const expected = await left('whole');
  const [first, last] = [whole.lines[0] as number, whole.lines.at(-1) as number];
  const gap = (last - first) / (whole.lines.length - 1);
  let killed = 0;
  for (let moment = 0; moment < moments; moment++) {
    const random = randomOf(Date.now(), moment);
    const kill = { lines: 1 + Math.floor(random() * whole.lines.length), delay: random() * gap };
    const name = `after line ${kill.lines} and ${kill.delay.toFixed(1)} ms`;
    const { signal } = await trainInProcess(join(root, name), { kill });
    if (signal === 'SIGKILL') killed++;
    const resumed = await trainInProcess(join(root, name));
    expect(resumed, name).toMatchObject({ code: 0, errors: '' });
    expect(await left(name), name).toEqual(expected);
  }
  expect(killed).toBeGreaterThan(0);
});

test('a state that does not fit on the disk ends the run and leaves the one before, from which it goes on', {
  timeout: 3 * secondsEach * 1000,
}, async () => {
  const folder = join(root, 'full');
  await trainInProcess(folder, { kill: { lines: 6, delay: 0 } });
  const before = await latestSnapshot(folder);
  const { code, errors } = await trainInProcess(folder, { maxFileBytes: 20_000 });
  expect(code).toBe(1);
  expect(errors).toMatch(/training state: .*step-0000000\d must be written whole, got EFBIG/);
  expect(await latestSnapshot(folder)).toEqual(before);
  await trainInProcess(folder);
  expect(await left('full')).toEqual(await left('whole'));
});

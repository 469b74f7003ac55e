import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { locateCheckpoint } from './locate-checkpoint.js';

/** A cache as Hugging Face's tools lay it out, with one model. */
async function cache(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hub-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  vi.stubEnv('HF_HUB_CACHE', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const model = join(folder, 'models--someone--mbert');
  await mkdir(join(model, 'refs'), { recursive: true });
  await mkdir(join(model, 'snapshots', 'abc123'), { recursive: true });
  await writeFile(join(model, 'refs', 'main'), 'abc123');
  return folder;
}

test('a folder is itself, a model of the hub the snapshot that was downloaded', async () => {
  const folder = await cache();
  expect(await locateCheckpoint(folder)).toBe(folder);
  expect(await locateCheckpoint('someone/mbert')).toBe(
    join(folder, 'models--someone--mbert', 'snapshots', 'abc123'),
  );
});

test('a model that would need the network is an error that says how to get it', async () => {
  const folder = await cache();
  await expect(locateCheckpoint('someone/other')).rejects.toThrow(
    `someone/other: must be the folder of a checkpoint, or a model that Hugging Face's cache holds (${folder}), got neither; nothing is downloaded here: check the path, or run \`hf download someone/other\``,
  );
});

test('a path that is none and cannot be an id is an error', async () => {
  await expect(locateCheckpoint('no/such/folder')).rejects.toThrow(
    'no/such/folder: must be the folder of a checkpoint, got none; check the path',
  );
});

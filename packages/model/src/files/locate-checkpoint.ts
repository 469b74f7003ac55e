import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder of a checkpoint: the path itself, or for an id of Hugging Face's hub (`google-bert/bert-base-cased`) the folder
 * where its tools keep what they downloaded. Never uses the network.
 *
 * @throws where there is neither
 */
export async function locateCheckpoint(pathOrId: string): Promise<string> {
  if (await isFolder(pathOrId)) return pathOrId;
  if (!hubId.test(pathOrId))
    throw new Error(`${pathOrId}: must be the folder of a checkpoint, got none; check the path`);
  const kept = join(hubCache(), `models--${pathOrId.replace('/', '--')}`);
  const revision = await readFile(join(kept, 'refs', 'main'), 'utf8').catch(() => undefined);
  const snapshot = join(kept, 'snapshots', revision?.trim() ?? '');
  if (revision !== undefined && (await isFolder(snapshot))) return snapshot;
  throw new Error(
    `${pathOrId}: must be the folder of a checkpoint, or a model that Hugging Face's cache holds (${hubCache()}), got neither; nothing is downloaded here: check the path, or run \`hf download ${pathOrId}\``,
  );
}

const hubId = /^[\w.-]+(\/[\w.-]+)?$/;

/** As Hugging Face's own tools find it. */
function hubCache(): string {
  const { HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = process.env;
  const home = HF_HOME ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
  return HF_HUB_CACHE ?? join(home, 'hub');
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

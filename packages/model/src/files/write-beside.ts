import { cp, type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * Writes a file under another name beside its place and renames it when it is whole and on the disk: at any moment the
 * place holds the old file or the new one.
 */
export async function writeBeside(
  path: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const beside = `${path}.writing`;
  const file = await open(beside, 'w');
  try {
    await write(file);
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(beside, { force: true });
    throw error;
  }
  await file.close();
  await rename(beside, path);
}

/** A folder's content, by file name, that is written together. */
export interface FolderWriter {
  /** Whether a name in the folder is of the kind that is written; others of the old folder are copied into the new. */
  readonly owns: (name: string) => boolean;
  readonly write: (folder: string) => Promise<void>;
}

/**
 * Replaces a folder's content as a whole: written in a folder beside it, which then takes its name. A kill between the
 * two renames leaves the old content under `<folder>.old`, which `settleFolder` puts back.
 *
 * @throws where the folder has content, but none of the kind that is written
 */
export async function writeFolder(folder: string, { owns, write }: FolderWriter): Promise<void> {
  const place = resolve(folder);
  await settleFolder(place);
  const before = await namesIn(place);
  if (before && before.length > 0 && !before.some(owns)) {
    throw new Error(
      `${folder}: must be new, empty or an earlier one of its kind, got a folder that holds ${before[0]}; give another path`,
    );
  }
  const [beside, old] = [`${place}.writing`, `${place}.old`];
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { recursive: true });
  try {
    await write(beside);
    for (const name of before?.filter((name) => !owns(name)) ?? []) {
      await cp(join(place, name), join(beside, name), { recursive: true });
    }
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
  if (before) await rename(place, old);
  await rename(beside, place);
  await rm(old, { recursive: true, force: true });
}

/** Ends what an interrupted `writeFolder` began: the old content comes back unless the new one took its place. */
export async function settleFolder(folder: string): Promise<void> {
  const place = resolve(folder);
  const old = `${place}.old`;
  if (!(await namesIn(old))) return;
  if (await namesIn(place)) await rm(old, { recursive: true, force: true });
  else await rename(old, place);
}

async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

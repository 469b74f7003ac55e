import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file whole: `write` fills one beside its place, which is then renamed, so that whoever looks finds the old file
 * or the new one. When `write` throws, nothing is left behind.
 */
export async function writeWhole(
  path: string,
  write: (partialPath: string) => Promise<void>,
): Promise<void> {
  const partial = join(dirname(path), `.partial-${process.pid}-${basename(path)}`);
  const placeholder = await open(partial, 'w').catch((cause: Error) => {
    throw new Error(`${path}: cannot be written (${cause.message}); choose another place`, {
      cause,
    });
  });
  await placeholder.close();
  try {
    await write(partial);
    await flush(partial);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Writes a text whole; see {@link writeWhole}. */
export const writeText = (path: string, text: string): Promise<void> =>
  writeWhole(path, (partial) => writeFile(partial, text));

/** Onto the disk, so that a crash after the rename finds the contents. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The text of a file, without a byte order mark. */
export async function readText(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const got = reasons[cause.code ?? ''] ?? cause.message;
    throw new Error(`${path}: must be a readable file, got ${got}; check the path`, { cause });
  });
  return text.replace(/^\uFEFF/, '');
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a folder',
  EACCES: 'no permission',
};

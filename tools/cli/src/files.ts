import { open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file whole: beside its place, then renamed, so that whoever looks finds the old file or the new one.
 * `write` gets a function that appends text; when it throws, nothing is left behind.
 */
export async function writeWhole(
  path: string,
  write: (append: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  const file = await open(partial, 'w').catch((cause: Error) => {
    throw new Error(`${path}: cannot be written (${cause.message}); choose another place`, {
      cause,
    });
  });
  try {
    let waiting = '';
    await write(async (text) => {
      waiting += text;
      if (waiting.length < blockCharacters) return;
      const block = waiting;
      waiting = '';
      await file.writeFile(block);
    });
    await file.writeFile(waiting);
    await file.sync();
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

const blockCharacters = 1 << 16;

/** The text of a file, without a byte order mark. */
export async function readText(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  return text.replace(/^\uFEFF/, '');
}

/** Opens a file for streaming; a missing one is refused before anything is read. */
export async function openStream(path: string): Promise<NodeJS.ReadableStream> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  return file.createReadStream();
}

function unreadable(path: string, cause: NodeJS.ErrnoException): Error {
  const why = { ENOENT: 'no such file', EISDIR: 'a folder', EACCES: 'no permission' };
  const got = why[cause.code as keyof typeof why] ?? cause.message;
  return new Error(`${path}: must be a readable file, got ${got}; check the path`, { cause });
}

/**
 * Folders that are either absent or complete: written beside their place, checksummed, renamed; the newest few are kept.
 * Knows nothing of what is inside. `sha256sum -c SHA256SUMS` inside a folder checks it by hand.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const checksumFile = 'SHA256SUMS';
const folderName = (step: number) => `step-${String(step).padStart(8, '0')}`;
const folderPattern = /^step-(\d{8,})$/;
const unfinishedPattern = /^\.step-\d{8,}\.(partial|replaced)$/;

/** A complete folder of one step. */
export interface Snapshot {
  readonly step: number;
  readonly path: string;
  /** Newer folders that were passed over because a checksum did not hold, and why. */
  readonly damaged: readonly string[];
}

/**
 * Writes the folder of a step and deletes all but the newest `keep`. A kill at any moment leaves the earlier ones.
 * @param options.write fills the (empty) folder whose path it is given
 * @returns the folder's path
 * @throws Error when it cannot be written, as on a full disk; the earlier ones stay
 */
export async function writeSnapshot(
  root: string,
  options: { step: number; write: (folder: string) => Promise<void>; keep?: number },
): Promise<string> {
  const { step, write, keep = 2 } = options;
  const name = folderName(step);
  const path = join(root, name);
  const partial = join(root, `.${name}.partial`);
  const replaced = join(root, `.${name}.replaced`);
  await mkdir(root, { recursive: true });
  await removeUnfinished(root);
  await mkdir(partial);
  try {
    await write(partial);
    await writeFile(join(partial, checksumFile), await checksums(partial), { flush: true });
  } catch (error) {
    await rm(partial, { recursive: true, force: true }); // gives back the room on a full disk
    throw new Error(
      `training state: ${path} must be written whole, got ${(error as Error).message}; make room on the disk and go on from the state before it`,
      { cause: error },
    );
  }
  await rename(path, replaced).catch(ignoreMissing);
  await rename(partial, path);
  await rm(replaced, { recursive: true, force: true });
  for (const old of (await steps(root)).slice(keep))
    await rm(join(root, folderName(old)), { recursive: true });
  return path;
}

/**
 * The newest folder whose checksums hold, or `undefined` where none was ever written.
 * @throws Error when folders exist and every one is damaged.
 */
export async function latestSnapshot(root: string): Promise<Snapshot | undefined> {
  const damaged: string[] = [];
  for (const step of await steps(root)) {
    const path = join(root, folderName(step));
    const problem = await damage(path);
    if (problem === undefined) return { step, path, damaged };
    damaged.push(problem);
  }
  if (damaged.length === 0) return undefined;
  throw new Error(
    `training state: every folder in ${root} must match its checksums, got ${damaged.join('; ')}; start again from a checkpoint`,
  );
}

async function damage(path: string): Promise<string | undefined> {
  const recorded = await readFile(join(path, checksumFile), 'utf8').catch(ignoreMissing);
  if (recorded === undefined) return `${path}: no ${checksumFile}`;
  const actual = new Set((await checksums(path)).split('\n'));
  const broken = recorded.split('\n').find((line) => !actual.has(line));
  return broken === undefined ? undefined : `${path}: ${broken.slice(66)} is missing or changed`;
}

async function checksums(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((file) => file !== checksumFile).sort();
  const lines = await Promise.all(
    files.map(async (file) => {
      const hash = createHash('sha256');
      await pipeline(createReadStream(join(folder, file)), hash);
      return `${hash.digest('hex')}  ${file}\n`;
    }),
  );
  return lines.join('');
}

async function steps(root: string): Promise<number[]> {
  const names = (await readdir(root).catch(ignoreMissing)) ?? [];
  const found = names.flatMap((name) => folderPattern.exec(name)?.[1] ?? []);
  return found.map(Number).sort((a, b) => b - a);
}

async function removeUnfinished(root: string): Promise<void> {
  for (const name of await readdir(root))
    if (unfinishedPattern.test(name)) await rm(join(root, name), { recursive: true });
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

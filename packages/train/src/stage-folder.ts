/**
 * A folder in which the stages of a recipe leave their results, each under its name and with a fingerprint of what it was
 * made from. A stage whose inputs did not change is not run again; one that was stopped goes on from its training state.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.js';

/** A result and the fingerprint of all that it was made from, to be an input of later stages. */
export interface StageResult<Value> {
  readonly value: Value;
  readonly fingerprint: string;
  /** Whether it was found rather than made. */
  readonly found: boolean;
}

export interface StageInputs {
  /** Names the files. */
  readonly name: string;
  /** Everything that the result depends on, as JSON has it; of data and earlier stages the fingerprint. */
  readonly inputs: unknown;
}

const inputsFile = 'stage.json';

export class StageFolder {
  constructor(readonly folder: string) {}

  /** A checkpoint; `train` is given the folder of its training state, which is deleted when the checkpoint stands. */
  async checkpoint(
    { name, inputs }: StageInputs,
    train: (stateFolder: string) => Promise<Checkpoint>,
  ): Promise<StageResult<Checkpoint>> {
    const fingerprint = fingerprintOf(inputs);
    const place = join(this.folder, name);
    if ((await madeFrom(join(place, inputsFile))) === fingerprint)
      return { value: await loadCheckpoint(place), fingerprint, found: true };
    await mkdir(this.folder, { recursive: true });
    const stateFolder = join(this.folder, `${name}.training-${fingerprint.slice(0, 8)}`);
    const value = await train(stateFolder);
    const more = (folder: string) => writeFile(join(folder, inputsFile), textOf({ fingerprint }));
    await rm(join(place, inputsFile), { force: true });
    await saveCheckpoint(place, value, { more });
    await rm(stateFolder, { recursive: true, force: true });
    return { value, fingerprint, found: false };
  }

  /** A value of JSON, in `name.json`. Infinite numbers are kept. */
  async json<Value>(
    { name, inputs }: StageInputs,
    compute: () => Promise<Value>,
  ): Promise<StageResult<Value>> {
    const fingerprint = fingerprintOf(inputs);
    const place = join(this.folder, `${name}.json`);
    if ((await madeFrom(place)) === fingerprint) {
      const { value } = JSON.parse(await readFile(place, 'utf8'), revive) as { value: Value };
      return { value, fingerprint, found: true };
    }
    const value = await compute();
    await mkdir(this.folder, { recursive: true });
    const partial = `${place}.partial`;
    await writeFile(partial, textOf({ fingerprint, value }), { flush: true });
    await rename(partial, place);
    return { value, fingerprint, found: false };
  }
}

/** SHA-256 of a value's JSON, in which infinite numbers differ from null. */
export const fingerprintOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value, replace)).digest('hex');

const textOf = (value: unknown) => `${JSON.stringify(value, replace, 2)}\n`;

const infinities: Readonly<Record<string, number>> = { Infinity, '-Infinity': -Infinity };

const replace = (_: string, value: unknown) =>
  value === Infinity || value === -Infinity ? `${value}` : value;

const revive = (_: string, value: unknown) =>
  typeof value === 'string' && Object.hasOwn(infinities, value) ? infinities[value] : value;

/** The fingerprint in a stage's file; undefined where there is none, whole or at all. */
async function madeFrom(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '{}';
  });
  return (JSON.parse(text) as { fingerprint?: string }).fingerprint;
}

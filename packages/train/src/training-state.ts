/** The folder from which a run goes on: a checkpoint, `optimizer.safetensors` and `trainer.json`, all or nothing. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeConfiguration, writeSafetensors } from '@calibre/model';
import type { Cursor } from './batches.js';
import { type Checkpoint, readTensors, saveCheckpoint } from './checkpoint.js';
import type { TrainingConfig } from './config.js';
import { latestSnapshot, writeSnapshot } from './snapshots.js';
import type { Trainer } from './trainer.js';

/** Place in a run's data. */
export interface Place {
  readonly stage: number;
  readonly cursor: Cursor;
}

/** `trainer.json`: what is not a tensor. */
interface Progress extends Place {
  readonly version: number;
  readonly step: number;
  readonly config: TrainingConfig;
}

const version = 2;

/** The run that a state belongs to. */
export interface StatefulRun extends Pick<Checkpoint, 'configuration' | 'tokenizer'> {
  readonly config: TrainingConfig;
  /** Folder of states; without one nothing is kept. */
  readonly stateFolder: string | undefined;
}

/** Writes the trainer's state; the newest `keepStates` stay. */
export async function saveState(
  trainer: Trainer,
  { configuration, tokenizer, config, stateFolder }: StatefulRun,
  place: Place,
): Promise<void> {
  if (stateFolder === undefined) return;
  const { step, weights, optimizer } = await trainer.state();
  const progress: Progress = { version, step, ...place, config };
  const more = async (folder: string) => {
    await writeSafetensors(join(folder, 'optimizer.safetensors'), optimizer);
    const text = `${JSON.stringify(progress, null, 2)}\n`;
    await writeFile(join(folder, 'trainer.json'), text, { flush: true });
  };
  await writeSnapshot(stateFolder, {
    step,
    keep: config.keepStates,
    write: (folder) => saveCheckpoint(folder, { configuration, weights, tokenizer }, { more }),
  });
}

/**
 * Puts the newest whole state of the folder on the trainer; undefined where there is none.
 * @throws Error when it is another run's: of another version, configuration or network
 */
export async function restoreState(
  trainer: Trainer,
  { configuration, config, stateFolder }: StatefulRun,
): Promise<Place | undefined> {
  const snapshot = stateFolder === undefined ? undefined : await latestSnapshot(stateFolder);
  if (snapshot === undefined) return undefined;
  const { path } = snapshot;
  const read = async (name: string) => JSON.parse(await readFile(join(path, name), 'utf8'));
  const progress: Progress = await read('trainer.json');
  if (progress.version !== version)
    throw new Error(
      `resume: ${path} must be of version ${version}, got ${progress.version}; use the release that wrote it`,
    );
  // Learning rate, data order and batches all follow from the configuration: a run goes on only as it began.
  const { keepStates } = config; // changes nothing
  requireSame({ ...progress.config, keepStates }, config, path);
  requireSame(await read('config.json'), writeConfiguration(configuration), path);
  await trainer.restore({
    step: progress.step,
    weights: await readTensors(join(path, 'model.safetensors')),
    optimizer: await readTensors(join(path, 'optimizer.safetensors')),
  });
  return progress;
}

function requireSame(saved: object, given: object, path: string): void {
  const difference = firstDifference(saved, JSON.parse(JSON.stringify(given)));
  if (difference === undefined) return;
  const { name, values } = difference;
  const [before, now] = values.map((value) => JSON.stringify(value) ?? 'none');
  throw new Error(
    `resume: ${name} must be ${before} as in ${path}, got ${now}; use the same configuration and data, or another folder`,
  );
}

/** The first place where two JSON values differ, by its keys. */
function firstDifference(
  a: unknown,
  b: unknown,
  name = '',
): { name: string; values: readonly [unknown, unknown] } | undefined {
  if (a === b) return undefined;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) || Array.isArray(b))
    return JSON.stringify(a) === JSON.stringify(b) ? undefined : { name, values: [a, b] };
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference(a[key], b[key], name === '' ? key : `${name}.${key}`);
    if (found) return found;
  }
  return undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The state of an extraction to a file, saved after each unit, so that a killed one can go on. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { ExtractionRules } from '../options.js';
import { replaceFile } from '../output/files.js';
import type { ExtractionReport } from './run.js';
import type { Unit } from './unit.js';

export interface Journal {
  /** Hash of rules and units: only the same work can go on. */
  readonly work: string;
  readonly unitsDone: number;
  /** Bytes of the unfinished output that belong to the units done. */
  readonly bytes: number;
  readonly report: ExtractionReport;
}

/** What tells one piece of work from another: the rules, and the files with their sizes and units. */
export function workOf(units: readonly Unit[], rules: ExtractionRules): string {
  const plain = JSON.stringify({ rules, units }, (_, value) =>
    value === Number.POSITIVE_INFINITY ? 'unbounded' : value,
  );
  return createHash('sha256').update(plain).digest('hex');
}

export async function writeJournal(path: string, journal: Journal): Promise<void> {
  await replaceFile(path, (temporary) => writeFile(temporary, JSON.stringify(journal)));
}

/** The journal at `path`; undefined where there is none. Throws where it is of other work. */
export async function readJournal(path: string, work: string): Promise<Journal | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const journal: Journal = JSON.parse(text);
  if (journal.work !== work) {
    throw new Error(
      `extract: ${path} is of other dumps or other options; use the same ones, or start anew without resuming`,
    );
  }
  return journal;
}

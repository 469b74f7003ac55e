/** Units → their passages in the order of the dump, step by step, on this thread or in workers. */
import { availableParallelism } from 'node:os';
import type { DumpFile } from '../dump/open.js';
import type { ExtractionRules } from '../options.js';
import type { Draft } from '../passage.js';
import { DraftItem, LineItem } from './item.js';
import { mostUnits } from './plan.js';
import { Pool } from './pool.js';
import { sampleKey } from './sample.js';
import type { Step, UnitRunner } from './step.js';
import { type Unit, UnitReader } from './unit.js';
import { UnitMemory } from './unit-memory.js';

export interface RunOptions {
  readonly rules: ExtractionRules;
  /** Worker threads; without them everything runs on this one. */
  readonly pool?: Pool | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Runs the units instead, such as on other machines. */
  readonly runner?: UnitRunner | undefined;
}

const NEWLINE = 10;

/** Worker threads for these dumps, no more than units; undefined where there are to be none. */
export function startPool(
  dumps: readonly DumpFile[],
  { workers, unitBytes }: { workers: number; unitBytes?: number | undefined },
): Pool | undefined {
  const count = Math.min(workers, mostUnits(dumps, unitBytes));
  const isBzip2 = dumps.some(({ compression }) => compression === 'bzip2');
  // A thread that decodes beside a worker pays only on a core that no worker has.
  const decodes = isBzip2 && count < availableParallelism();
  return count > 0 ? new Pool(count, { decodes }) : undefined;
}

/** Runs the units one after the other in effect, whatever runs beside each other in fact. */
export function runUnits(
  units: readonly Unit[],
  options: RunOptions,
): AsyncGenerator<Step, void, undefined> {
  if (options.runner) return runElsewhere(units, { ...options, runner: options.runner });
  return options.pool ? options.pool.run(units, options) : runHere(units, options);
}

/** A step for each unit. */
async function* runElsewhere(
  units: readonly Unit[],
  { rules, runner, signal }: RunOptions & { runner: UnitRunner },
): AsyncGenerator<Step, void, undefined> {
  let next = 0;
  for await (const { lines, report } of runner(units, rules)) {
    signal?.throwIfAborted();
    const { start, end } = units[next++] as Unit;
    const items = linesOf(lines).map((line) => {
      const item = new LineItem(line, 0);
      return rules.sample === undefined
        ? item
        : new LineItem(line, sampleKey(rules.seed, item.toPassage()));
    });
    yield { items, lines, bytesRead: end - start, report };
  }
  if (next < units.length)
    throw new Error(`extract: expected results of ${units.length} units, got ${next}`);
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start) + 1 || bytes.length;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}

async function* runHere(
  units: readonly Unit[],
  { rules, signal }: RunOptions,
): AsyncGenerator<Step, void, undefined> {
  const memory = new UnitMemory();
  for (const unit of units)
    yield* readUnit(new UnitReader(unit, rules, { memory }), { rules, signal });
}

/** The steps of one unit, a page each. */
export async function* readUnit(
  reader: UnitReader,
  { rules, signal }: Pick<RunOptions, 'rules' | 'signal'>,
): AsyncGenerator<Step, void, undefined> {
  const keyOf = (draft: Draft): number =>
    rules.sample === undefined ? 0 : sampleKey(rules.seed, draft);
  for await (const drafts of reader.passages()) {
    signal?.throwIfAborted();
    const items = drafts.map((draft) => new DraftItem(draft, keyOf(draft)));
    yield { items, bytesRead: reader.bytesRead };
  }
  yield { items: [], bytesRead: reader.bytesRead, report: reader.report };
}

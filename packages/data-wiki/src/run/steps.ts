/** Units → their passages in the order of the dump, step by step, on this thread or in workers. */
import type { ExtractionRules } from '../options.js';
import { DraftItem, type Item } from './item.js';
import { runPool } from './pool.js';
import { sampleKey } from './sample.js';
import { type Unit, UnitReader, type UnitReport } from './unit.js';

/** Some passages of a unit; with its last ones the report. */
export interface Step {
  readonly items: readonly Item[];
  /** (Compressed) bytes of the unit read so far. */
  readonly bytesRead: number;
  readonly report?: UnitReport;
}

export interface RunOptions {
  readonly rules: ExtractionRules;
  /** Worker threads; 0 runs on this one. */
  readonly workers: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs the units one after the other in effect, whatever runs beside each other in fact. */
export function runUnits(
  units: readonly Unit[],
  options: RunOptions,
): AsyncGenerator<Step, void, undefined> {
  return options.workers > 0 ? runPool(units, options) : runHere(units, options);
}

async function* runHere(
  units: readonly Unit[],
  { rules, signal }: RunOptions,
): AsyncGenerator<Step, void, undefined> {
  for (const unit of units) yield* readUnit(new UnitReader(unit, rules), { rules, signal });
}

/** The steps of one unit, a page each. */
export async function* readUnit(
  reader: UnitReader,
  { rules, signal }: Pick<RunOptions, 'rules' | 'signal'>,
): AsyncGenerator<Step, void, undefined> {
  for await (const drafts of reader.passages()) {
    signal?.throwIfAborted();
    const items = drafts.map((draft) => new DraftItem(draft, sampleKey(rules.seed, draft)));
    yield { items, bytesRead: reader.bytesRead };
  }
  yield { items: [], bytesRead: reader.bytesRead, report: reader.report };
}

/** Units → their passages in the order of the dump, step by step, on this thread or in workers. */
import type { Draft } from '../passage.js';
import { DraftItem } from './item.js';
import { runPool } from './pool.js';
import { sampleKey } from './sample.js';
import type { RunOptions, Step } from './step.js';
import { type Unit, UnitReader } from './unit.js';

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
  const keyOf = (draft: Draft): number =>
    rules.sample === undefined ? 0 : sampleKey(rules.seed, draft);
  for await (const drafts of reader.passages()) {
    signal?.throwIfAborted();
    const items = drafts.map((draft) => new DraftItem(draft, keyOf(draft)));
    yield { items, bytesRead: reader.bytesRead };
  }
  yield { items: [], bytesRead: reader.bytesRead, report: reader.report };
}

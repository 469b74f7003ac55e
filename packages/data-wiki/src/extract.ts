/** Dumps → passages, streamed: the package's main entry. */
import { findDumps } from './dump/open.js';
import { type ExtractionRules, resolveRules } from './options.js';
import type { Passage } from './passage.js';
import { planUnits, UnitReader } from './unit.js';

/** How to run an extraction; the rules decide what comes out of it. */
export interface ExtractOptions extends Partial<ExtractionRules> {
  readonly signal?: AbortSignal;
}

/**
 * The passages of the dumps that `source` names (files or folders), in the order of the dump, at the caller's pace.
 * Throws where a source is missing or no dump; a truncated or damaged dump gives what is whole.
 */
export async function* extractPassages(
  source: string | readonly string[],
  { signal, ...given }: ExtractOptions = {},
): AsyncGenerator<Passage, void, undefined> {
  const rules = resolveRules(given);
  const dumps = await findDumps(typeof source === 'string' ? [source] : source);
  for (const unit of await planUnits(dumps, rules)) {
    for await (const passages of new UnitReader(unit, rules).passages()) {
      signal?.throwIfAborted();
      yield* passages;
    }
  }
}

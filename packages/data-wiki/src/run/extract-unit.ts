/** The unit of work for many machines: plain data in, bytes out, the same wherever it runs. */
import { findDumps } from '../dump/open.js';
import { type ExtractionRules, resolveRules } from '../options.js';
import { LineBuffer } from '../output/line.js';
import { planUnits } from './plan.js';
import type { UnitResult } from './step.js';
import { type Unit, UnitReader } from './unit.js';

/** Cuts dump files (or folders of them) into units of about `unitBytes`, in order; units are plain data. */
export async function planExtraction(
  dumps: string | readonly string[],
  { language, unitBytes }: { language?: string; unitBytes?: number } = {},
): Promise<Unit[]> {
  return planUnits(await findDumps(typeof dumps === 'string' ? [dumps] : dumps), {
    language,
    unitBytes,
  });
}

/**
 * The passages of the pages that begin in a unit. The lines of all units, one after the other, are those of the whole
 * dump; `sample` and `anchorsPerTarget` look beyond a unit and are left to whoever puts the units together
 * (`extractToFile` with a `runner` does).
 */
export async function extractUnit(
  unit: Unit,
  rules: Partial<ExtractionRules> = {},
): Promise<UnitResult> {
  const reader = new UnitReader(unit, resolveRules(rules));
  const lines = new LineBuffer();
  for await (const drafts of reader.passages()) for (const draft of drafts) lines.add(draft);
  return { lines: lines.take(), report: reader.report };
}

/** A step of an extraction, and who may run its units. */
import type { ExtractionRules } from '../options.js';
import type { Item } from './item.js';
import type { Unit, UnitReport } from './unit.js';

/** Some passages of a unit; with its last ones the report. */
export interface Step {
  /** They last until the next step is asked for. */
  readonly items: readonly Item[];
  /** The lines of all items, where they stand together. */
  readonly lines?: Uint8Array;
  /** (Compressed) bytes of the unit read so far. */
  readonly bytesRead: number;
  readonly report?: UnitReport;
}

/** The passages of a unit as JSON lines, and what was read and left out. */
export interface UnitResult {
  readonly lines: Uint8Array;
  readonly report: UnitReport;
}

/** Runs units wherever it likes and gives the result of each, in the order of the units. */
export type UnitRunner = (
  units: readonly Unit[],
  rules: ExtractionRules,
) => AsyncIterable<UnitResult>;

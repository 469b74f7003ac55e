/** What the pool and its workers say to each other. */
import type { ExtractionRules } from '../options.js';
import type { Unit, UnitReport } from './unit.js';

/** What a worker is started with. */
export interface WorkerOptions {
  /** Whether a thread is to decode bzip2 beside it. */
  readonly decodes: boolean;
}

/** To a worker: read this unit, or: so many bytes of lines have been used up, write others into their memory. */
export type Request =
  | { readonly unit: Unit; readonly rules: ExtractionRules }
  | { readonly used: number; readonly memory: ArrayBuffer };

/** From a worker: it can do with another unit, to be read after those that it has. */
export interface Want {
  readonly wants: true;
}

/** From a worker: some lines of the first unit that it has, and the report with the last ones. */
export interface Batch {
  readonly lines: Uint8Array<ArrayBuffer>;
  /** Where each line ends in `lines`. */
  readonly ends: Uint32Array;
  readonly keys: Float64Array;
  readonly bytesRead: number;
  readonly report?: UnitReport;
}

/** From a worker that cannot go on. */
export interface Failure {
  readonly message: string;
}

/** Bytes of lines that a worker may be ahead of what was used up: two units. */
export const MAX_AHEAD_BYTES = 24 << 20;

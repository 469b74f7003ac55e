/** Dumps → passages, streamed: the package's main entry. */
import { findDumps, peekCompression } from '../dump/open.js';
import { type ExtractionRules, resolveRules } from '../options.js';
import type { Passage } from '../passage.js';
import type { Item } from './item.js';
import { planUnits } from './plan.js';
import { type ExtractionReport, type PlacedStep, type Progress, placed, Run } from './run.js';
import { Sampler } from './sample.js';
import { readUnit, runUnits, startPool } from './steps.js';
import { type Unit, UnitReader } from './unit.js';

/** Paths of dump files or folders of them, or the bytes of one dump (standard input, a download). */
export type DumpSource = string | readonly string[] | AsyncIterable<Uint8Array>;

/** How to run an extraction; the rules decide what comes out of it. */
export interface ExtractOptions extends Partial<ExtractionRules> {
  /**
   * Worker threads; 0, the default, reads on this one, as a stream always is. Where there are more cores than workers,
   * another thread beside each decodes bzip2.
   */
  readonly workers?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each step, which is a page or some hundred kilobytes. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Bytes of a unit of work; a sensible size where it is not given. */
  readonly unitBytes?: number | undefined;
}

/**
 * The passages of the dumps that `source` names, in the order of the dump, at the caller's pace; returns what was read
 * and left out. With `sample`, which needs the whole dump, they come at the end. A truncated or damaged dump gives what
 * is whole and says so in the report. Throws where a source is missing or no dump, and when aborted.
 */
export async function* extractPassages(
  source: DumpSource,
  options: ExtractOptions = {},
): AsyncGenerator<Passage, ExtractionReport, undefined> {
  const rules = resolveRules(options);
  const run = new Run(rules);
  const sampler = rules.sample === undefined ? undefined : new Sampler(rules.sample);
  const candidates: Item[] = [];
  for await (const step of stepsOf(source, { ...options, rules })) {
    const items = run.take(step);
    options.onProgress?.(run.progress(step));
    for (const item of items) {
      if (!sampler) yield item.toPassage();
      else if (sampler.offer(item.key)) candidates.push(item.detach());
    }
  }
  const isChosen = sampler?.chooser();
  for (const item of candidates) if (isChosen?.(item.key)) yield item.toPassage();
  return run.report;
}

async function* stepsOf(
  source: DumpSource,
  { rules, workers = 0, signal, unitBytes }: ExtractOptions & { rules: ExtractionRules },
): AsyncGenerator<PlacedStep> {
  if (typeof source !== 'string' && Symbol.asyncIterator in source) {
    yield* streamSteps(source, { rules, signal });
    return;
  }
  const dumps = await findDumps(typeof source === 'string' ? [source] : source);
  const pool = startPool(dumps, { workers, unitBytes });
  try {
    const units = await planUnits(dumps, { language: rules.language, unitBytes });
    yield* placed(runUnits(units, { rules, pool, signal }), { units });
  } finally {
    await pool?.end();
  }
}

async function* streamSteps(
  source: AsyncIterable<Uint8Array>,
  { rules, signal }: { rules: ExtractionRules; signal: AbortSignal | undefined },
): AsyncGenerator<PlacedStep> {
  const { compression, bytes } = await peekCompression(source);
  const unit: Unit = {
    path: 'standard input',
    compression,
    start: 0,
    end: Number.POSITIVE_INFINITY,
    isLast: true,
    isSplit: false,
  };
  const reader = new UnitReader(unit, rules, { bytes });
  for await (const step of readUnit(reader, { rules, signal }))
    yield { ...step, bytesBefore: 0, totalBytes: undefined };
}

/** One extraction while it goes on: applies the cap on targets, adds up what happened, says how far it is. */
import type { Damage } from '../dump/open.js';
import type { ExtractionRules } from '../options.js';
import type { Passage } from '../passage.js';
import { type Item, passageItem } from './item.js';
import { addCounts, type Counts, noCounts } from './page-reader.js';
import type { Step } from './step.js';
import { TargetCap } from './target-cap.js';
import type { Unit } from './unit.js';

/** How far an extraction is. */
export interface Progress {
  /** Bytes of the dumps read and to read; `totalBytes` is undefined where the source is a stream. */
  readonly bytes: number;
  readonly totalBytes: number | undefined;
  /** Pages of the finished units. */
  readonly pages: number;
  readonly passages: number;
}

/** What an extraction read, made and left out. */
export interface ExtractionReport {
  readonly counts: Counts;
  /** Places that could not be read. */
  readonly damages: readonly Damage[];
  /** Pages that had begun and were lost there. */
  readonly cutPages: number;
  /** Passages and anchors left out by the cap on targets. */
  readonly capped: { passages: number; anchors: number };
}

/** A step, and where its unit lies in the dumps. */
export interface PlacedStep extends Step {
  readonly bytesBefore: number;
  readonly totalBytes: number | undefined;
}

/** Says of each step where its unit lies; `bytesBefore` bytes were read by units before these. */
export async function* placed(
  steps: AsyncIterable<Step>,
  { units, bytesBefore = 0 }: { units: readonly Unit[]; bytesBefore?: number },
): AsyncGenerator<PlacedStep> {
  const sizes = units.map(({ start, end }) => end - start);
  const totalBytes = sizes.reduce((sum, size) => sum + size, bytesBefore);
  let before = bytesBefore;
  let unit = 0;
  for await (const step of steps) {
    yield { ...step, bytesBefore: before, totalBytes };
    if (step.report) before += sizes[unit++] as number;
  }
}

export class Run {
  private readonly total: {
    counts: Counts;
    damages: Damage[];
    cutPages: number;
    capped: ExtractionReport['capped'];
  };
  private readonly cap: TargetCap | undefined;
  private kept: number;

  /** `before` is the report of an interrupted extraction that this one goes on with. */
  constructor(rules: ExtractionRules, before?: ExtractionReport) {
    const { anchorsPerTarget, minAnchors } = rules;
    this.cap = Number.isFinite(anchorsPerTarget)
      ? new TargetCap(anchorsPerTarget, minAnchors)
      : undefined;
    this.total = before
      ? { ...structuredClone(before), damages: [...before.damages] }
      : { counts: noCounts(), damages: [], cutPages: 0, capped: { passages: 0, anchors: 0 } };
    this.kept = this.total.counts.passages - this.total.capped.passages;
  }

  get report(): ExtractionReport {
    return structuredClone(this.total);
  }

  /** Passages kept so far, before a sample is drawn. */
  get passages(): number {
    return this.kept;
  }

  /** Whether the cap has to see the passages kept before an interruption. */
  get hasCap(): boolean {
    return this.cap !== undefined;
  }

  /** Takes a passage that was kept before an interruption into account. */
  restore(passage: Passage): void {
    this.cap?.restore(passage);
  }

  /** What is kept of a step's passages. */
  take({ items, report }: Step): readonly Item[] {
    const { total, cap } = this;
    if (report) {
      addCounts(total.counts, report.counts);
      total.damages.push(...report.damages);
      total.cutPages += report.cutPages;
    }
    const kept = cap ? items.flatMap((item) => this.capped(item, cap)) : items;
    this.kept += kept.length;
    return kept;
  }

  progress({ bytesBefore, bytesRead, totalBytes }: PlacedStep): Progress {
    return {
      bytes: bytesBefore + bytesRead,
      totalBytes,
      pages: this.total.counts.pages.read,
      passages: this.kept,
    };
  }

  private capped(item: Item, cap: TargetCap): Item[] {
    const { capped } = this.total;
    const passage = item.toPassage();
    const rest = cap.apply(passage);
    capped.anchors += passage.anchors.length - (rest?.anchors.length ?? 0);
    if (!rest) capped.passages++;
    return rest ? [rest === passage ? item : passageItem(rest, item.key)] : [];
  }
}

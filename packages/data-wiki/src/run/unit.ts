/**
 * The unit of work: a byte range of a dump → the passages of the pages that begin in it. A plain function of its
 * arguments, the same on this thread, in a worker or on another machine; units put one after the other give the dump.
 */
import type { ReadStream } from 'node:fs';
import { type Bzip2Block, bzip2Blocks } from '../dump/bzip2.js';
import {
  type Compression,
  type Damage,
  decompress,
  readFrom,
  readOver,
  toUtf8,
} from '../dump/open.js';
import { PageCutter } from '../dump/pages.js';
import type { ExtractionRules } from '../options.js';
import type { Draft } from '../passage.js';
import { type Counts, noCounts, type PageReader } from './page-reader.js';
import { checkedHeader, type Site, siteOf } from './site.js';
import { UnitMemory } from './unit-memory.js';

/** A byte range [start, end) of a dump file, of the compressed bytes where it is compressed. Plain data. */
export interface Unit {
  readonly path: string;
  readonly compression: Compression;
  readonly start: number;
  readonly end: number;
  /** Whether the file ends with this unit. */
  readonly isLast: boolean;
  /** Whether the range may begin inside a page: UTF-8 in plain or bzip2 form. */
  readonly isSplit: boolean;
  /** Language and names of namespaces → id; where missing, what is read says them in its header. */
  readonly site?: Site;
}

/** What came of a unit besides its passages. */
export interface UnitReport {
  readonly counts: Counts;
  readonly damages: readonly Damage[];
  /** Pages begun that do not end, because bytes are missing or damaged. */
  readonly cutPages: number;
}

/** A part of a unit's text; null where bytes are missing. Parts outside the range only complete its last page. */
interface Part {
  readonly chunk: Buffer | null;
  readonly isInside: boolean;
}

export interface UnitSource {
  /** What the unit is read from in place of its file: all its bytes, or its bzip2 blocks. */
  readonly bytes?: AsyncIterable<Uint8Array> | undefined;
  readonly blocks?: AsyncIterable<Bzip2Block> | undefined;
  /** Called when the unit's last byte has been read from its file, and when any is read behind it. */
  readonly onEnd?: () => void;
  /** That of the units before, which are wholly read before this one's passages are asked for. */
  readonly memory?: UnitMemory;
}

/** Reads the pages of one unit; `report` is complete when `passages` has ended. */
export class UnitReader {
  private readonly damages: Damage[] = [];
  private readonly cutter = new PageCutter();
  private readonly memory: UnitMemory;
  /** What decompresses in the background may hold a chunk longer than memory used again would last. */
  private readonly file: ReadStream | undefined;
  private pages: PageReader | undefined;
  private counts = noCounts();
  private used = 0;

  constructor(
    private readonly unit: Unit,
    private readonly rules: ExtractionRules,
    private readonly source: UnitSource = {},
  ) {
    this.file = source.bytes || unit.isSplit ? undefined : readFrom(unit.path, unit.start);
    this.memory = source.memory ?? new UnitMemory();
  }

  get report(): UnitReport {
    return {
      counts: this.counts,
      damages: this.damages,
      cutPages: this.cutter.cut,
    };
  }

  /** Bytes of the unit read so far, of the compressed ones where it is compressed. */
  get bytesRead(): number {
    return Math.min(this.used, this.unit.end - this.unit.start);
  }

  /** The passages of each page that begins in the unit, page by page. */
  async *passages(): AsyncGenerator<Draft[]> {
    const { cutter, unit, memory } = this;
    cutter.room = memory.room;
    let border = 0;
    let tail = '';
    try {
      for await (const { chunk, isInside } of this.parts()) {
        if (!isInside && (cutter.openStart === undefined || cutter.openStart >= border)) return;
        if (!chunk) cutter.gap();
        for (const { bytes, start } of chunk ? cutter.push(chunk) : []) {
          if (!isInside && start >= border) return;
          this.pages ??= this.createReader();
          yield this.pages.passages(bytes);
        }
        if (isInside) border = cutter.position;
        if (chunk)
          tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 64))).slice(-64);
      }
    } finally {
      memory.room = cutter.room;
      this.file?.destroy();
    }
    if (unit.isLast && !tail.includes('</mediawiki>')) {
      const where = cutter.openStart === undefined ? 'without </mediawiki>' : 'inside a page';
      cutter.gap();
      const offset = Number.isFinite(unit.end) ? { offset: unit.end } : {};
      this.damages.push({
        path: unit.path,
        ...offset,
        reason: `file ends ${where}; the whole pages before were read`,
      });
    }
    // A source without a page must at least be a dump.
    if (!unit.site && !this.pages) this.createReader();
  }

  private createReader(): PageReader {
    const { unit, rules, cutter } = this;
    const site =
      unit.site ?? siteOf(checkedHeader(cutter.header, unit.path, this.damages[0]), rules.language);
    const reader = this.memory.readerOf(site, rules);
    this.counts = reader.restart();
    return reader;
  }

  private async *bytes(): AsyncGenerator<Buffer> {
    const { unit, source } = this;
    for await (const chunk of source.bytes ?? this.file ?? readOver(unit.path, unit.start)) {
      this.used += chunk.length;
      if (this.used >= unit.end - unit.start) source.onEnd?.();
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    }
  }

  private async *parts(): AsyncGenerator<Part> {
    const { path, compression, start, end, isSplit } = this.unit;
    const bytes = this.bytes();
    const note = (damage: Damage): void => {
      if ((damage.offset ?? 0) < end) this.damages.push(damage);
    };
    if (!isSplit) {
      for await (const chunk of toUtf8(decompress(bytes, { path, compression, onDamage: note })))
        yield { chunk, isInside: true };
    } else if (compression === 'bzip2') {
      const blocks = this.source.blocks ?? bzip2Blocks(bytes, { base: start, end });
      for await (const { offset, data, error } of blocks) {
        this.used = Math.max(this.used, offset - start);
        if (error !== undefined) note({ path, offset, reason: error });
        yield { chunk: data ?? null, isInside: offset < end };
      }
      this.used = end - start;
    } else {
      let inside = end - start;
      for await (const chunk of bytes) {
        if (inside > 0) yield { chunk: chunk.subarray(0, inside), isInside: true };
        if (inside < chunk.length)
          yield { chunk: chunk.subarray(Math.max(0, inside)), isInside: false };
        inside -= chunk.length;
      }
    }
  }
}

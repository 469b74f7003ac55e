/**
 * The unit of work: a byte range of a dump → the passages of the pages that begin in it. A plain function of its
 * arguments, the same on this thread, in a worker or on another machine; units put one after the other give the dump.
 */
import type { ReadStream } from 'node:fs';
import { bzip2Blocks } from '../dump/bzip2.js';
import { type DumpHeader, parseHeader } from '../dump/header.js';
import {
  type Compression,
  type Damage,
  type DumpFile,
  decompress,
  encodingOf,
  readFrom,
  toUtf8,
} from '../dump/open.js';
import { PageCutter } from '../dump/pages.js';
import type { ExtractionRules } from '../options.js';
import type { Draft } from '../passage.js';
import { type Counts, noCounts, PageReader } from './page-reader.js';

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

/** What has to be known of a dump before one of its pages can be read. */
export interface Site {
  readonly language: string;
  readonly namespaces: Readonly<Record<string, number>>;
}

/** What came of a unit besides its passages. */
export interface UnitReport {
  readonly counts: Counts;
  readonly damages: readonly Damage[];
  /** Pages begun that do not end, because bytes are missing or damaged. */
  readonly cutPages: number;
}

/** Compressed bytes of a unit, a few megabytes of text; and the same for plain XML. */
const UNIT_BYTES = { bzip2: 2 << 20, none: 4 << 20 };

/** Cuts dump files into units, in order. Reads each file's header. */
export async function planUnits(
  dumps: readonly DumpFile[],
  { language, unitBytes }: { language?: string | undefined; unitBytes?: number | undefined } = {},
): Promise<Unit[]> {
  const units: Unit[] = [];
  for (const { path, compression, byteLength } of dumps) {
    const { header, isUtf8 } = await readHeader(path, compression);
    const common = { path, compression, site: siteOf(header, language) };
    const isSplit = isUtf8 && (compression === 'bzip2' || compression === 'none');
    const size = isSplit ? (unitBytes ?? UNIT_BYTES[compression]) : byteLength;
    for (let start = 0; start < byteLength; start += size) {
      const end = Math.min(start + size, byteLength);
      units.push({ ...common, isSplit, start, end, isLast: end === byteLength });
    }
  }
  return units;
}

/** The language asked for, else the dump's; names of namespaces only from a header that speaks of that language. */
function siteOf({ language: own, namespaces }: DumpHeader, language = own): Site {
  return {
    language: language ?? 'en',
    namespaces: language === own ? Object.fromEntries(namespaces) : {},
  };
}

async function readHeader(
  path: string,
  compression: Compression,
): Promise<{ header: DumpHeader; isUtf8: boolean }> {
  const cutter = new PageCutter();
  const source = readFrom(path);
  let isUtf8 = true;
  let damage: Damage | undefined;
  const onDamage = (found: Damage): void => {
    damage ??= found;
  };
  const bytes = peek(decompress(source, { path, compression, onDamage }), (first) => {
    isUtf8 = encodingOf(first) === 'utf-8';
  });
  try {
    for await (const chunk of toUtf8(bytes)) {
      if (!chunk || !cutter.push(chunk).next().done || cutter.openStart !== undefined) break;
    }
  } finally {
    source.destroy();
  }
  return { header: checkedHeader(cutter.header, path, damage), isUtf8 };
}

async function* peek(
  chunks: AsyncIterable<Buffer | null>,
  see: (first: Buffer) => void,
): AsyncGenerator<Buffer | null> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst && chunk) see(chunk);
    isFirst = false;
    yield chunk;
  }
}

/** A part of a unit's text; null where bytes are missing. Parts outside the range only complete its last page. */
interface Part {
  readonly chunk: Buffer | null;
  readonly isInside: boolean;
}

/** Reads the pages of one unit; `report` is complete when `passages` has ended. */
export class UnitReader {
  private readonly damages: Damage[] = [];
  private readonly cutter = new PageCutter();
  private readonly source: AsyncIterable<Uint8Array>;
  private readonly file: ReadStream | undefined;
  private pages: PageReader | undefined;
  private streamed = 0;

  /** `source` gives the unit's bytes where they do not come from its file. */
  constructor(
    private readonly unit: Unit,
    private readonly rules: ExtractionRules,
    source?: AsyncIterable<Uint8Array>,
  ) {
    this.file = source ? undefined : readFrom(unit.path, unit.start);
    this.source = source ? this.counted(source) : (this.file as ReadStream);
  }

  get report(): UnitReport {
    return {
      counts: this.pages?.counts ?? noCounts(),
      damages: this.damages,
      cutPages: this.cutter.cut,
    };
  }

  /** Bytes of the unit read so far, of the compressed ones where it is compressed. */
  get bytesRead(): number {
    return Math.min(this.file?.bytesRead ?? this.streamed, this.unit.end - this.unit.start);
  }

  /** The passages of each page that begins in the unit, page by page. */
  async *passages(): AsyncGenerator<Draft[]> {
    const { cutter, unit } = this;
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

  private async *counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.streamed += chunk.length;
      yield chunk;
    }
  }

  private createReader(): PageReader {
    const { unit, rules, cutter } = this;
    const { language, namespaces } =
      unit.site ?? siteOf(checkedHeader(cutter.header, unit.path, this.damages[0]), rules.language);
    return new PageReader(rules, { language, names: new Map(Object.entries(namespaces)) });
  }

  private async *parts(): AsyncGenerator<Part> {
    const { source, unit } = this;
    const { path, compression, start, end, isSplit } = unit;
    const note = (damage: Damage): void => {
      if ((damage.offset ?? 0) < end) this.damages.push(damage);
    };
    if (!isSplit) {
      for await (const chunk of toUtf8(decompress(source, { path, compression, onDamage: note })))
        yield { chunk, isInside: true };
    } else if (compression === 'bzip2') {
      for await (const { offset, data, error } of bzip2Blocks(source, { base: start })) {
        if (error !== undefined) note({ path, offset, reason: error });
        yield { chunk: data ?? null, isInside: offset < end };
      }
    } else {
      let inside = end - start;
      for await (const bytes of source) {
        const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
        if (inside > 0) yield { chunk: chunk.subarray(0, inside), isInside: true };
        if (inside < chunk.length)
          yield { chunk: chunk.subarray(Math.max(0, inside)), isInside: false };
        inside -= chunk.length;
      }
    }
  }
}

function checkedHeader(header: string, path: string, damage?: Damage): DumpHeader {
  if (!/<mediawiki\b/.test(header)) {
    if (damage) {
      throw new Error(
        `dump: nothing can be read before the first page: ${damage.reason}; fetch the file again: ${path}`,
      );
    }
    throw new Error(
      `dump: expected <mediawiki> before the first page, got ${JSON.stringify(header.slice(0, 40))}: ${path}`,
    );
  }
  return parseHeader(header);
}

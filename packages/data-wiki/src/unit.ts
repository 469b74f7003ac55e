/**
 * The unit of work: a byte range of a dump → the passages of the pages that begin in it. A plain function of its
 * arguments, the same on this thread, in a worker or on another machine; units put one after the other give the dump.
 */
import { bzip2Blocks } from './dump/bzip2.js';
import { type DumpHeader, parseHeader } from './dump/header.js';
import {
  type Compression,
  type Damage,
  type DumpFile,
  decompress,
  encodingOf,
  readFrom,
  toUtf8,
} from './dump/open.js';
import { PageCutter } from './dump/pages.js';
import { type ExtractionRules, resolveRules } from './options.js';
import { type Counts, PageReader } from './page-passages.js';
import type { Passage } from './passage.js';

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
  readonly language: string;
  /** Names of namespaces that the dump's header gives → id. */
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
const UNIT_BYTES = { bzip2: 3 << 20, none: 12 << 20 };

/** Cuts dump files into units, in order. Reads each file's header. */
export async function planUnits(
  dumps: readonly DumpFile[],
  { language, unitBytes }: { language?: string | undefined; unitBytes?: number | undefined } = {},
): Promise<Unit[]> {
  const units: Unit[] = [];
  for (const { path, compression, byteLength } of dumps) {
    const { header, isUtf8 } = await readHeader(path, compression);
    const common = { path, compression, ...describe(header, language) };
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
export function describe(
  header: DumpHeader,
  language?: string,
): Pick<Unit, 'language' | 'namespaces'> {
  const isOwn = language === undefined || language === header.language;
  return {
    language: language ?? header.language ?? 'en',
    namespaces: isOwn ? Object.fromEntries(header.namespaces) : {},
  };
}

async function readHeader(
  path: string,
  compression: Compression,
): Promise<{ header: DumpHeader; isUtf8: boolean }> {
  const cutter = new PageCutter();
  const source = readFrom(path);
  let isUtf8 = true;
  const bytes = peek(decompress(source, { path, compression, onDamage: () => {} }), (first) => {
    isUtf8 = encodingOf(first) === 'utf-8';
  });
  try {
    for await (const chunk of toUtf8(bytes)) {
      if (!chunk || !cutter.push(chunk).next().done || cutter.openStart !== undefined) break;
    }
  } finally {
    source.destroy();
  }
  if (!/<mediawiki\b/.test(cutter.header)) {
    throw new Error(
      `dump: expected <mediawiki> before the first page, got ${JSON.stringify(cutter.header.slice(0, 40))}: ${path}`,
    );
  }
  return { header: parseHeader(cutter.header), isUtf8 };
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
  private readonly pages: PageReader;

  constructor(
    private readonly unit: Unit,
    rules: Partial<ExtractionRules> = {},
  ) {
    this.pages = new PageReader(resolveRules(rules), {
      language: unit.language,
      names: new Map(Object.entries(unit.namespaces)),
    });
  }

  get report(): UnitReport {
    return { counts: this.pages.counts, damages: this.damages, cutPages: this.cutter.cut };
  }

  /** The passages of each page that begins in the unit, page by page. */
  async *passages(): AsyncGenerator<Passage[]> {
    const { cutter } = this;
    const source = readFrom(this.unit.path, this.unit.start);
    let border = 0;
    let tail = '';
    try {
      for await (const { chunk, isInside } of this.parts(source)) {
        if (!isInside && (cutter.openStart === undefined || cutter.openStart >= border)) return;
        if (!chunk) cutter.gap();
        for (const { bytes, start } of chunk ? cutter.push(chunk) : []) {
          if (!isInside && start >= border) return;
          yield this.pages.passages(bytes);
        }
        if (isInside) border = cutter.position;
        if (chunk)
          tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 64))).slice(-64);
      }
    } finally {
      source.destroy();
    }
    if (this.unit.isLast && !tail.includes('</mediawiki>')) {
      const isInPage = cutter.openStart !== undefined;
      cutter.gap();
      this.note({
        path: this.unit.path,
        offset: this.unit.end,
        reason: `file ends ${isInPage ? 'inside a page' : 'without </mediawiki>'}; the whole pages before were read`,
      });
    }
  }

  private note(damage: Damage): void {
    if ((damage.offset ?? 0) <= this.unit.end) this.damages.push(damage);
  }

  private async *parts(source: AsyncIterable<Buffer>): AsyncGenerator<Part> {
    const { path, compression, start, end, isSplit } = this.unit;
    if (!isSplit) {
      const bytes = decompress(source, {
        path,
        compression,
        onDamage: (damage) => this.note(damage),
      });
      for await (const chunk of toUtf8(bytes)) yield { chunk, isInside: true };
    } else if (compression === 'bzip2') {
      for await (const { offset, data, error } of bzip2Blocks(source, { base: start })) {
        if (error !== undefined && offset < end) this.note({ path, offset, reason: error });
        yield { chunk: data ?? null, isInside: offset < end };
      }
    } else {
      let inside = end - start;
      for await (const chunk of source) {
        if (inside > 0) yield { chunk: chunk.subarray(0, inside), isInside: true };
        if (inside < chunk.length)
          yield { chunk: chunk.subarray(Math.max(0, inside)), isInside: false };
        inside -= chunk.length;
      }
    }
  }
}

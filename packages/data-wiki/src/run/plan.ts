/** Dump files → units of work. */

import type { DumpHeader } from '../dump/header.js';
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
import { checkedHeader, siteOf } from './site.js';
import type { Unit } from './unit.js';

/** Bytes of a unit of the kinds of dump that can be read from anywhere: some megabytes of text. */
const UNIT_BYTES: Partial<Record<Compression, number>> = { bzip2: 2 << 20, none: 4 << 20 };

const unitSize = ({ compression, byteLength }: DumpFile, unitBytes?: number): number =>
  compression in UNIT_BYTES ? (unitBytes ?? (UNIT_BYTES[compression] as number)) : byteLength;

/** How many units the dumps have at most, told without reading them. */
export const mostUnits = (dumps: readonly DumpFile[], unitBytes?: number): number =>
  dumps.reduce((sum, dump) => sum + Math.ceil(dump.byteLength / unitSize(dump, unitBytes)), 0);

/** Cuts dump files into units, in order. Reads each file's header. */
export async function planUnits(
  dumps: readonly DumpFile[],
  { language, unitBytes }: { language?: string | undefined; unitBytes?: number | undefined } = {},
): Promise<Unit[]> {
  const units: Unit[] = [];
  for (const dump of dumps) {
    const { path, compression, byteLength } = dump;
    const { header, isUtf8 } = await readHeader(path, compression);
    const size = isUtf8 ? unitSize(dump, unitBytes) : byteLength;
    const isSplit = isUtf8 && compression in UNIT_BYTES;
    const common = { path, compression, site: siteOf(header, language) };
    for (let start = 0; start < byteLength; start += size) {
      const end = Math.min(start + size, byteLength);
      units.push({ ...common, isSplit, start, end, isLast: end === byteLength });
    }
  }
  return units;
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

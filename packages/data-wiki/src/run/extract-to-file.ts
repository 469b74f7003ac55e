/** Dumps → one file of passages and its manifest; goes on after it was killed, with the same bytes in the end. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { type DumpFile, findDumps, readOver } from '../dump/open.js';
import { type ExtractionRules, resolveRules } from '../options.js';
import { replaceFile } from '../output/files.js';
import { formatOf } from '../output/formats.js';
import type { ExtractOptions } from './extract.js';
import { PartialOutput } from './partial-output.js';
import { planUnits } from './plan.js';
import { type ExtractionReport, placed } from './run.js';
import type { UnitRunner } from './step.js';
import { runUnits, startPool } from './steps.js';

export interface ExtractToFileOptions extends ExtractOptions {
  /** File to write; its ending says the format: `.jsonl`, `.jsonl.gz`, `.conll`, `.conll.gz` or `.parquet`. */
  readonly out: string;
  /** Go on with an extraction of the same dumps by the same rules that did not end. */
  readonly resume?: boolean | undefined;
  /** Runs the units in place of worker threads here, such as on other machines. */
  readonly runner?: UnitRunner | undefined;
}

/** What is written beside the passages, as `OUT.manifest.json`. */
export interface Manifest extends ExtractionReport {
  /** Version of this package, and of the Unicode data that words were split by. */
  readonly versions: {
    readonly 'data-wiki': string;
    readonly unicode: string;
    readonly icu: string;
  };
  readonly rules: ExtractionRules;
  readonly dumps: readonly (DumpFile & { readonly sha256: string })[];
  /** Passages in the file. */
  readonly written: number;
}

/**
 * Extracts dump files (or folders of them) to `out`, which appears only when it is whole, with a manifest beside it.
 * What is done so far stands in `OUT.partial`; with `resume` a later call goes on from the last whole unit.
 */
export async function extractToFile(
  dumps: string | readonly string[],
  {
    out,
    resume = false,
    workers = 0,
    signal,
    onProgress,
    unitBytes,
    runner,
    ...given
  }: ExtractToFileOptions,
): Promise<Manifest> {
  const format = formatOf(out);
  const rules = resolveRules(given);
  const files = await findDumps(typeof dumps === 'string' ? [dumps] : dumps);
  const pool = runner ? undefined : startPool(files, { workers, unitBytes });
  let output: PartialOutput | undefined;
  let hashes: Promise<string[]>;
  try {
    const units = await planUnits(files, { language: rules.language, unitBytes });
    hashes = hashFiles(files, signal);
    hashes.catch(() => {});
    output = await PartialOutput.open(out, { units, rules, resume });
    const todo = units.slice(output.unitsDone);
    const bytesBefore = units
      .slice(0, output.unitsDone)
      .reduce((sum, { start, end }) => sum + end - start, 0);
    const steps = runUnits(todo, { rules, pool, signal, runner });
    for await (const step of placed(steps, { units: todo, bytesBefore })) {
      await output.add(step);
      if (step.report) await output.save();
      onProgress?.(output.run.progress(step));
    }
  } catch (error) {
    throw clearer(error, out);
  } finally {
    await Promise.all([output?.close(), pool?.end()]);
  }
  const written = await output.finish(out, format.write).catch((error) => {
    throw clearer(error, out);
  });
  const manifest: Manifest = {
    versions: await versions(),
    rules,
    dumps: (await hashes).map((sha256, i) => ({ ...(files[i] as DumpFile), sha256 })),
    written,
    ...output.run.report,
  };
  await replaceFile(`${out}.manifest.json`, (temporary) =>
    writeFile(temporary, `${JSON.stringify(manifest, null, 2)}\n`),
  );
  await output.clear();
  return manifest;
}

/** The error, or what it means for the extraction where that is known. */
function clearer(error: unknown, out: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') return error;
  return new Error(
    `extract: no space is left on the disk of ${out}; make some and go on with resume, ${out}.partial holds what was read`,
    { cause: error },
  );
}

/** SHA-256 of each file, in hexadecimal. */
async function hashFiles(
  files: readonly DumpFile[],
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const hashes: string[] = [];
  for (const { path } of files) {
    const hash = createHash('sha256');
    for await (const chunk of readOver(path)) {
      signal?.throwIfAborted();
      hash.update(chunk);
    }
    hashes.push(hash.digest('hex'));
  }
  return hashes;
}

async function versions(): Promise<Manifest['versions']> {
  const { version } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return {
    'data-wiki': version,
    unicode: process.versions.unicode ?? '',
    icu: process.versions.icu ?? '',
  };
}

/** Dumps → one file of passages and its manifest; goes on after it was killed, with the same bytes in the end. */
import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type DumpFile, findDumps, readFrom } from '../dump/open.js';
import { type ExtractionRules, resolveRules } from '../options.js';
import { replaceFile } from '../output/files.js';
import { formatOf } from '../output/formats.js';
import { readJsonLines } from '../output/json-lines.js';
import type { Passage } from '../passage.js';
import type { ExtractOptions } from './extract.js';
import { type Journal, readJournal, workOf, writeJournal } from './journal.js';
import { type ExtractionReport, placed, Run } from './run.js';
import { Sampler, sampleKey } from './sample.js';
import type { Step, UnitRunner } from './step.js';
import { runUnits } from './steps.js';
import { planUnits, type Unit } from './unit.js';

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
  const units = await planUnits(files, { language: rules.language, unitBytes });
  const hashes = hashFiles(files, signal);
  hashes.catch(() => {});
  const output = await PartialOutput.open(out, { units, rules, resume });
  try {
    const todo = units.slice(output.unitsDone);
    const bytesBefore = units
      .slice(0, output.unitsDone)
      .reduce((sum, { start, end }) => sum + end - start, 0);
    for await (const step of placed(runUnits(todo, { rules, workers, signal, runner }), {
      units: todo,
      bytesBefore,
    })) {
      await output.add(step);
      if (step.report) await output.save();
      onProgress?.(output.run.progress(step));
    }
  } catch (error) {
    throw clearer(error, out);
  } finally {
    await output.close();
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

const BUFFER_BYTES = 1 << 20;

/** `OUT.partial`, the passages of the units done as JSON lines, and `OUT.partial.json`, its journal. */
class PartialOutput {
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private used = 0;
  private readonly sampler: Sampler | undefined;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly work: string,
    private readonly rules: ExtractionRules,
    readonly run: Run,
    private state: Pick<Journal, 'unitsDone' | 'bytes'>,
  ) {
    this.sampler = rules.sample === undefined ? undefined : new Sampler(rules.sample);
  }

  static async open(
    out: string,
    { units, rules, resume }: { units: readonly Unit[]; rules: ExtractionRules; resume: boolean },
  ): Promise<PartialOutput> {
    const path = `${out}.partial`;
    const work = workOf(units, rules);
    const journal = resume ? await readJournal(`${path}.json`, work) : undefined;
    const old = journal && (await open(path, 'r+').catch(() => undefined));
    if (!journal || !old) {
      await rm(`${path}.json`, { force: true });
      return new PartialOutput(path, await open(path, 'w'), work, rules, new Run(rules), {
        unitsDone: 0,
        bytes: 0,
      });
    }
    await old.truncate(journal.bytes);
    const output = new PartialOutput(
      path,
      old,
      work,
      rules,
      new Run(rules, journal.report),
      journal,
    );
    if (output.run.hasCap || output.sampler) {
      for await (const passage of readJsonLines(path)) {
        output.run.restore(passage);
        output.sampler?.offer(sampleKey(rules.seed, passage));
      }
    }
    return output;
  }

  get unitsDone(): number {
    return this.state.unitsDone;
  }

  async add(step: Step): Promise<void> {
    const items = this.run.take(step);
    if (items === step.items && step.lines && !this.sampler) {
      await this.write(step.lines);
      return;
    }
    for (const item of items) {
      const isCandidate = this.sampler?.offer(item.key) ?? true;
      // A cap has to be told of every passage when resuming, so with one all stay until the end.
      if (isCandidate || this.run.hasCap) await this.write(item.toLine());
    }
  }

  /** A unit is done: writes it and the journal. */
  async save(): Promise<void> {
    await this.flush();
    this.state = { ...this.state, unitsDone: this.state.unitsDone + 1 };
    await writeJournal(`${this.path}.json`, {
      work: this.work,
      ...this.state,
      report: this.run.report,
    });
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** Turns the partial output into `out` and gives the number of its passages. */
  async finish(
    out: string,
    write: (path: string, passages: AsyncIterable<Passage>) => Promise<void>,
  ): Promise<number> {
    if (!this.sampler && out.endsWith('.jsonl')) {
      await rename(this.path, out);
      return this.run.passages;
    }
    let written = 0;
    const isChosen = this.sampler?.chooser() ?? (() => true);
    const { path, rules } = this;
    async function* chosen(): AsyncGenerator<Passage> {
      for await (const passage of readJsonLines(path)) {
        if (!isChosen(sampleKey(rules.seed, passage))) continue;
        written++;
        yield passage;
      }
    }
    await write(out, chosen());
    return written;
  }

  async clear(): Promise<void> {
    await rm(`${this.path}.json`, { force: true });
    await rm(this.path, { force: true });
  }

  /** Writes at once what is much, and collects what is little. */
  private async write(line: Uint8Array): Promise<void> {
    const isMuch = line.length > BUFFER_BYTES / 4;
    if (isMuch || this.used + line.length > BUFFER_BYTES) await this.flush();
    if (isMuch) await this.append(line);
    else {
      this.buffer.set(line, this.used);
      this.used += line.length;
    }
  }

  private async flush(): Promise<void> {
    const { used } = this;
    this.used = 0;
    await this.append(this.buffer.subarray(0, used));
  }

  private async append(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      written += (await this.file.write(bytes, written, undefined, this.state.bytes + written))
        .bytesWritten;
    }
    this.state = { ...this.state, bytes: this.state.bytes + bytes.length };
  }
}

/** SHA-256 of each file, in hexadecimal. */
async function hashFiles(
  files: readonly DumpFile[],
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const hashes: string[] = [];
  for (const { path } of files) {
    const hash = createHash('sha256');
    for await (const chunk of readFrom(path)) {
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

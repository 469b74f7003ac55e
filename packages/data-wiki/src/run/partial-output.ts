/** What an extraction to a file has made so far, on disk, so that it can go on after it was killed. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { ExtractionRules } from '../options.js';
import { readJsonLines } from '../output/json-lines.js';
import type { Passage } from '../passage.js';
import { type Journal, readJournal, workOf, writeJournal } from './journal.js';
import { Run } from './run.js';
import { Sampler, sampleKey } from './sample.js';
import type { Step } from './step.js';
import type { Unit } from './unit.js';

const BUFFER_BYTES = 1 << 20;

/** `OUT.partial`, the passages of the units done as JSON lines, and `OUT.partial.json`, its journal. */
export class PartialOutput {
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

import { createProgress, type Progress } from './progress.js';

/** What a command is given besides its arguments: where to speak, when to stop, what to say when it was stopped. */
export interface Session {
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** One line for the reader, on standard error. */
  note(line: string): void;
  /** Shows how far long work is, on standard error. */
  progress(title: string, options?: { total?: number; unit?: string }): Progress;
  /** What an interruption from here on leaves behind, as a clause: "out/step-400 is complete". */
  saved(what: string): void;
}

/** What a command found: as text for people, and as the one object that `--json` writes. */
export interface Result {
  readonly text: string;
  readonly json: object;
  /** Something went wrong all the same: said on standard error, and the exit code is 1. */
  readonly problem?: string;
}

/** A session on this process's standard error, stopped by Ctrl-C and SIGTERM. */
export class ProcessSession implements Session {
  readonly #controller = new AbortController();
  readonly #progress: Progress[] = [];
  #saved = 'nothing was written';

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  note(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  progress(title: string, options: { total?: number; unit?: string } = {}): Progress {
    const progress = createProgress(title, { ...options, stream: process.stderr });
    this.#progress.push(progress);
    return progress;
  }

  saved(what: string): void {
    this.#saved = what;
  }

  /** The statement of an interrupted command. */
  get statement(): string {
    return `stopped: ${this.#saved}`;
  }

  /**
   * Runs `work`. A first signal aborts it and gives it a moment to save; work that goes on regardless, or a second signal,
   * ends the process.
   */
  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    const end = () => {
      this.#stopProgress();
      this.note(this.statement);
      process.exit(1);
    };
    const stop = () => {
      if (this.signal.aborted) end();
      this.#controller.abort(new Error('stopped by a signal'));
      setTimeout(end, graceMilliseconds).unref();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
    try {
      return await work();
    } finally {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      this.#stopProgress();
    }
  }

  #stopProgress(): void {
    for (const progress of this.#progress) progress.stop();
  }
}

const graceMilliseconds = 1500;

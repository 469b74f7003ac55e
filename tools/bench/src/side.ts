/** A peer in its own process that answers each line of JSON with one. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Side<Command, Reply> {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.pipe(process.stderr);
  }

  /** What it says when it is ready. */
  async reply(): Promise<Reply> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('bench: a side ended without an answer; its reason stands above');
    return JSON.parse(value);
  }

  ask(command: Command): Promise<Reply> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    return this.reply();
  }

  /** Ends the side once it has done what it was asked. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    await new Promise((resolve) => this.#child.once('exit', resolve));
  }
}

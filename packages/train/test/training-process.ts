/** Starts `training-run.js`, and ends it early. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./training-run.js', import.meta.url));

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
  /** Milliseconds from the start to each line that it printed. */
  readonly lines: readonly number[];
}

export interface ProcessOptions {
  /** Kills it with SIGKILL so many milliseconds after so many lines. */
  readonly kill?: { readonly lines: number; readonly delay: number };
  /** Greatest size of a file that it may write, in bytes; a write beyond it fails as on a full disk. */
  readonly maxFileBytes?: number;
}

/** Runs the training in `folder` to its end. */
export async function trainInProcess(
  folder: string,
  { kill, maxFileBytes }: ProcessOptions = {},
): Promise<ProcessEnd> {
  const blocks = maxFileBytes === undefined ? 'unlimited' : Math.floor(maxFileBytes / 512);
  const script = `ulimit -f ${blocks} && exec "$0" "$@"`;
  const child = spawn('sh', ['-c', script, process.execPath, program, folder]);
  const from = performance.now();
  const lines: number[] = [];
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  createInterface(child.stdout).on('line', async () => {
    lines.push(performance.now() - from);
    if (lines.length !== kill?.lines) return;
    await setTimeout(kill.delay);
    child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, errors, lines }));
  });
}

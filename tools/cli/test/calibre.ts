import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the call, or from the signal where one was sent. */
  readonly milliseconds: number;
}

/** Runs the built command line; `interruptAt` sends SIGINT once standard error matches. */
export function calibre(
  args: readonly string[],
  { cwd, interruptAt }: { cwd?: string; interruptAt?: RegExp } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let from = performance.now();
    const child = spawn(process.execPath, [bin, ...args], {
      ...(cwd && { cwd }),
      env: { ...process.env, NO_COLOR: '1' },
    });
    let stdout = '';
    let stderr = '';
    let isInterrupted = false;
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
      if (isInterrupted || !interruptAt?.test(stderr)) return;
      isInterrupted = true;
      from = performance.now();
      child.kill('SIGINT');
    });
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout, stderr, milliseconds: performance.now() - from }),
    );
  });
}

/** An empty folder for a test file, removed after it. */
export function scratch(): {
  path: (name: string) => string;
  file: (name: string, data: string | Uint8Array) => string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'calibre-cli-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  return {
    path,
    file(name, data) {
      writeFileSync(path(name), data);
      return path(name);
    },
  };
}

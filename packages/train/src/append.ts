/** Files that grow with a run. */
import { appendFileSync } from 'node:fs';

/** @throws Error when it cannot be written, as on a full disk; the run's states stay */
export function append(path: string, data: string | Uint8Array): void {
  try {
    appendFileSync(path, data);
  } catch (error) {
    throw new Error(
      `training log: ${path} must take another record, got ${(error as Error).message}; make room on the disk and go on from the last state`,
      { cause: error },
    );
  }
}

/** Training records as JSON lines, one object a line, appended as they come. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { append } from './append.js';

/** What every record carries; the rest is the writer's own. */
export interface StepRecord {
  readonly step: number;
}

/**
 * Opens a log for appending and returns the function that appends one record. Records after step `afterStep`, and a last
 * line cut short, are what a killed run left behind its saved state: they are dropped. Default 0: begin anew.
 */
export function openLog(path: string, { afterStep = 0 } = {}): (record: StepRecord) => void {
  mkdirSync(dirname(path), { recursive: true });
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const kept = lines.filter((line) => (stepOf(line) ?? Number.POSITIVE_INFINITY) <= afterStep);
  writeFileSync(`${path}.partial`, kept.map((line) => `${line}\n`).join(''));
  renameSync(`${path}.partial`, path);
  return (record) => append(path, `${JSON.stringify(record)}\n`);
}

function stepOf(line: string): number | undefined {
  try {
    return (JSON.parse(line) as StepRecord).step;
  } catch {
    return undefined;
  }
}

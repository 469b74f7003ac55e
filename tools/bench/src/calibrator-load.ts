/** How long `Calibrator.load` of a checkpoint of BERT's size takes once its file is in the page cache, and its peak memory. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLargeCheckpoint } from './calibrator-checkpoint.js';

const goals = { seconds: 2, peakShare: 1.3 };

/** What the child says of one load. */
export interface Loaded {
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Largest resident memory of the process, and before the load. */
  readonly peakBytes: number;
  readonly bytesBefore: number;
}

export async function benchLoad(folder: string): Promise<void> {
  const checkpoint = join(folder, 'large');
  await writeLargeCheckpoint(checkpoint);
  const file = join(checkpoint, 'model.safetensors');
  readFileSync(file); // into the page cache
  const { size } = statSync(file);
  const child = fileURLToPath(new URL('./calibrator-load-child.js', import.meta.url));
  const loads = Array.from(
    { length: 3 },
    (): Loaded =>
      JSON.parse(execFileSync(process.execPath, [child, checkpoint], { encoding: 'utf8' })),
  );
  const least = (of: (loaded: Loaded) => number) => Math.min(...loads.map(of));
  const share = (bytes: number) => (bytes / size).toFixed(2);
  const peak = least(({ peakBytes }) => peakBytes);
  console.log(
    `load of 768 × 12, ${(size / 1e6).toFixed(0)} MB: ${least(({ seconds }) => seconds).toFixed(2)} s, goal ${goals.seconds} (processor ${least(({ processorSeconds }) => processorSeconds).toFixed(2)} s, load ${loadavg()[0]?.toFixed(1)})`,
  );
  console.log(
    `  peak memory ${share(peak)} of the file, goal ${goals.peakShare}; ${share(peak - least(({ bytesBefore }) => bytesBefore))} beyond the process that loads it`,
  );
}

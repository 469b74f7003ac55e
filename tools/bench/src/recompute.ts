/** Memory and time of a 12-layer gradient with `Graph.recompute` and without; a process each. Linux. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RecomputeReport } from './recompute-child.js';

const child = fileURLToPath(new URL('recompute-child.js', import.meta.url));

export async function benchRecompute(): Promise<void> {
  console.log('gradients of 768 × 12, 8 × 192, one thread: 85 M weights and as many gradients');
  for (const layers of ['kept', 'recompute'] as const) {
    const output = execFileSync(process.execPath, [child, layers], { encoding: 'utf8' });
    const { loss, processorSeconds, bytesBefore, peakBytes }: RecomputeReport = JSON.parse(output);
    const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
    console.log(
      `${layers.padEnd(9)}  ${megabytes(bytesBefore)} before, peak ${megabytes(peakBytes)}, ` +
        `${processorSeconds.toFixed(2)} s of processor, loss ${loss.toFixed(5)}`,
    );
  }
}

/** A process that computes gradients of 768 × 12 on 8 × 192, with layers kept or recomputed, and prints what it took. */
import { readFileSync } from 'node:fs';
import { outputGradients, Runtime, type TensorData } from '@calibre/graph';
import { buildEncoder, initialValues, uniform } from './encoder.js';

const [B, T, D] = [8, 192, 768];
const recompute = process.argv[2] === 'recompute';
const { graph, loss } = buildEncoder({
  width: D,
  layers: 12,
  vocabulary: 0,
  maxTokens: T,
  recompute,
});
graph.output('loss', loss);
const keep = outputGradients(loss);
const runtime = await Runtime.start({ threads: 1 });
const random = uniform(1);
for (const [name, { shape }] of graph.parameters) {
  const data = initialValues(name, shape as number[], random);
  await runtime.put(name, { data, shape: shape as number[] }, { transfer: true });
}
const program = await runtime.load(graph);
const feeds: Record<string, TensorData> = {
  words: { data: Float32Array.from({ length: B * T * D }, random), shape: [B, T, D] },
  mask: { data: new Float32Array(B * T).fill(1), shape: [B, T] },
  starts: { data: Int32Array.from({ length: B }, (_, i) => i), shape: [B] },
};
const memory = (field: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) *
  1024;

const bytesBefore = memory('VmRSS');
await program.run(feeds, { fetch: ['loss'], keep });
const before = process.cpuUsage();
const result = await program.run(feeds, { fetch: ['loss'], keep });
const { user, system } = process.cpuUsage(before);
const report: RecomputeReport = {
  loss: result.loss?.data[0] as number,
  processorSeconds: (user + system) / 1e6,
  bytesBefore,
  peakBytes: memory('VmHWM'),
};
console.log(JSON.stringify(report));
await runtime.dispose();

export interface RecomputeReport {
  readonly loss: number;
  /** Of one forward and backward pass, one thread. */
  readonly processorSeconds: number;
  readonly bytesBefore: number;
  readonly peakBytes: number;
}

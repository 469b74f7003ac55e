/** Our side of the engine's benchmark, a process that speaks as peers/engine.py does: JSON lines in and out. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  adamW,
  outputGradients,
  type Program,
  Runtime,
  rowState,
  type TensorData,
} from '@calibre/graph';
import { buildEncoder } from './encoder.js';
import type { Command, Meta, Reply } from './engine-protocol.js';

const [folder = '.'] = process.argv.slice(2);
const meta: Meta = JSON.parse(readFileSync(`${folder}/meta.json`, 'utf8'));
const table = 'wordTable';

const begun = performance.now();
const { graph, words, loss } = buildEncoder(meta);
graph.output('loss', loss);
const inference = meta.train ? undefined : graph;
const keep = inference
  ? {}
  : outputGradients(loss, { of: new Map([...graph.parameters, ['words', words]]) });
const parameters = new Map(
  [...graph.parameters].map(([name, { shape }]) => [name, shape as readonly number[]]),
);
const update = adamW(parameters, { weightDecay: 0.01 });
const runtime = await Runtime.start({ threads: meta.threads });
const profiled = meta.profile ? { profile: `${folder}/profile` } : {};
const forwardBackward = await runtime.load(graph, profiled);
const optimizer: Program | undefined = inference ? undefined : await runtime.load(update.graph);
const creationSeconds = (performance.now() - begun) / 1000;

const zeros = (shape: readonly number[]): TensorData => ({
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  shape,
});
for (const [name, shape] of Object.entries(meta.parameters)) {
  const bytes = readFileSync(`${folder}/${name}.f32`);
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  await runtime.put(name, { data, shape }, { transfer: true });
}
if (optimizer)
  for (const [name, shape] of [...update.state, ...rowState(table, [meta.vocabulary, meta.width])])
    await runtime.put(name, zeros(shape), { transfer: true });

let step = 0;
/** One step: its loss, and the seconds of gradients, optimiser and rows. */
async function run(): Promise<{ loss: number; parts: number[] }> {
  const {
    shape,
    ids: list,
    mask,
    starts,
  } = meta.batches[step % meta.batches.length] as Meta['batches'][number];
  const ids = Int32Array.from(list);
  const times = [performance.now()];
  const feeds = {
    words: { rows: table, ids, shape: [...shape, meta.width] },
    mask: { data: Float32Array.from(mask), shape },
    starts: { data: Int32Array.from(starts), shape: [shape[0] as number] },
  };
  step += 1;
  const result = await forwardBackward.run(feeds, { fetch: ['loss'], keep });
  times.push(performance.now());
  if (optimizer) {
    await runtime.collectRows({ table, gradient: 'gradient:words', ids });
    times.push(performance.now());
    await optimizer.run(update.feeds({ learningRate: meta.learningRate, step }), {
      fetch: [],
      keep: update.keep,
    });
    times.push(performance.now());
    await runtime.updateRows({ table, learningRate: meta.learningRate, step });
    times.push(performance.now());
  }
  return {
    loss: result.loss?.data[0] as number,
    parts: times.slice(1).map((time, i) => (time - (times[i] as number)) / 1000),
  };
}

const say = (reply: Reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);
say({ version: 'calibre', creationSeconds });
for await (const line of createInterface({ input: process.stdin })) {
  const { steps } = JSON.parse(line) as Command;
  const [losses, seconds, parts]: [number[], number[], number[][]] = [[], [], []];
  const before = process.cpuUsage();
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    const result = await run();
    losses.push(result.loss);
    seconds.push((performance.now() - start) / 1000);
    parts.push(result.parts);
  }
  const peak =
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
  const { user, system } = process.cpuUsage(before);
  say({ losses, seconds, parts, processorSeconds: (user + system) / 1e6, peakBytes: peak });
}
await forwardBackward.dispose();
await runtime.dispose();

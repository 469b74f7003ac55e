/** Our side of the engine's benchmark, a process that speaks as peers/engine.py does: JSON lines in and out. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  adamW,
  type Graph,
  outputGradients,
  Runtime,
  sumGradients,
  type Tensor,
  type TensorData,
} from '@calibre/graph';
import { type CursorBatch, Trainer, train, trainingDefaults } from '@calibre/train';
import { buildEncoder } from './encoder.js';
import type { Batch, Command, Meta, Reply, Way } from './engine-protocol.js';

const [folder = '.', options = '{}'] = process.argv.slice(2);
const meta: Meta = JSON.parse(readFileSync(`${folder}/meta.json`, 'utf8'));
const way: Way = JSON.parse(options);
const table = 'wordTable';

/** One row of a batch. */
interface Item {
  readonly ids: readonly number[];
  readonly mask: readonly number[];
  readonly start: number;
}

const itemsOf = ({ shape: [B, T], ids, mask, starts }: Batch): Item[] =>
  Array.from({ length: B }, (_, b) => ({
    ids: ids.slice(b * T, (b + 1) * T),
    mask: mask.slice(b * T, (b + 1) * T),
    start: starts[b] as number,
  }));

const feedsOf = (items: readonly Item[]) => {
  const shape = [items.length, items[0]?.ids.length ?? 0];
  return {
    ids: { data: Int32Array.from(items.flatMap(({ ids }) => ids)), shape },
    mask: { data: Float32Array.from(items.flatMap(({ mask }) => mask)), shape },
    starts: { data: Int32Array.from(items, ({ start }) => start), shape: [items.length] },
  };
};

/** The batches again and again. */
function* stream(): Generator<CursorBatch<Item>> {
  const at = { chunk: 0, batch: 0 };
  const batches = meta.batches.map(itemsOf);
  for (;;) for (const items of batches) yield { items, at, next: at };
}

function network(): Graph {
  const { graph, loss } = buildEncoder(meta);
  graph.output('loss', loss);
  return graph;
}

const readWeights = (): Map<string, TensorData> =>
  new Map(
    Object.entries(meta.parameters).map(([name, shape]) => {
      const { buffer, byteOffset, byteLength } = readFileSync(`${folder}/${name}.f32`);
      return [name, { data: new Float32Array(buffer, byteOffset, byteLength / 4), shape }];
    }),
  );

const rowsOf = ({ data, shape }: TensorData) => ({
  rows: table,
  ids: data as Int32Array,
  shape: [...shape, meta.width],
});

/** Training as the recipes do it. Each call is a step; gives its loss. */
async function startTraining(runtime: Runtime): Promise<() => Promise<number>> {
  const { lanes, microBatches } = way;
  const { learningRate } = meta;
  const trainer = await Trainer.create(runtime, {
    network,
    rows: { table, input: 'words', ids: 'ids', paddingId: -1 },
    weights,
    config: {
      ...trainingDefaults,
      lanes,
      microBatches,
      learningRate,
      betas: [0.9, 0.999],
      schedule: 'constant',
      warmupShare: 0,
      clipNorm: Infinity,
    },
  });
  const feeds = ({ items }: CursorBatch<Item>) => feedsOf(items);
  const options = { batches: stream(), feeds, steps: Infinity, accumulate: 1, microBatches };
  const records = train(trainer, options);
  return async () => (await records.next()).value.loss;
}

/** Builds all graphs of a step and makes their sessions, without weights; gives the seconds. */
async function timeCreation(runtime: Runtime): Promise<number> {
  const begun = performance.now();
  const graph = network();
  const shapes = new Map(
    [...graph.parameters].map(([name, { shape }]) => [name, shape as readonly number[]]),
  );
  if (meta.train) outputGradients(graph.outputs.get('loss') as Tensor, { accumulate: true });
  const graphs = meta.train ? [graph, sumGradients(shapes).graph, adamW(shapes).graph] : [graph];
  const programs = await Promise.all(graphs.map((graph) => runtime.load(graph)));
  const seconds = (performance.now() - begun) / 1000;
  for (const program of programs) await program.dispose();
  return seconds;
}

/** A session alone: of the forward pass, or, to profile it, of the gradients of a micro-batch on one lane. */
async function startSession(runtime: Runtime): Promise<() => Promise<number>> {
  const graph = network();
  const keep = meta.train ? outputGradients(graph.outputs.get('loss') as Tensor) : {};
  const options = {
    threads: Math.max(1, Math.floor(meta.threads / way.lanes)),
    ...(way.profile && { profile: `${folder}/profile` }),
  };
  const program = await runtime.load(graph, options);
  for (const [name, tensor] of weights) await runtime.put(name, tensor);
  const batches = stream();
  return async () => {
    const { items } = batches.next().value as CursorBatch<Item>;
    const { ids, ...feeds } = feedsOf(items.slice(0, Math.ceil(items.length / way.microBatches)));
    const run = await program.run({ ...feeds, words: rowsOf(ids) }, { fetch: ['loss'], keep });
    return run.loss?.data[0] as number;
  };
}

const weights = readWeights();
const runtime = await Runtime.start({ threads: meta.threads });
const creationSeconds = await timeCreation(runtime);
const step = await (meta.train && !way.profile ? startTraining : startSession)(runtime);
weights.clear(); // they are on the runtime
globalThis.gc?.();
const say = (reply: Reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);
say({ version: 'calibre', creationSeconds });
for await (const line of createInterface({ input: process.stdin })) {
  const { steps } = JSON.parse(line) as Command;
  const [losses, seconds]: [number[], number[]] = [[], []];
  const before = process.cpuUsage();
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    losses.push(await step());
    seconds.push((performance.now() - start) / 1000);
  }
  const peak =
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
  const { user, system } = process.cpuUsage(before);
  say({ losses, seconds, processorSeconds: (user + system) / 1e6, peakBytes: peak });
}
await runtime.dispose();

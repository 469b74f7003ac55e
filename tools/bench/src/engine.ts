/**
 * Our training and inference steps beside PyTorch's: same shapes, same weights, same batches, two threads each, in turns.
 * On a machine with other work the ratio of processor time with one thread each says more than that of wall time.
 * A time counts only when the losses of the first five steps agree. CALIBRE_PYTHON names a Python with torch and numpy.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildEncoder, initialValues, uniform } from './encoder.js';
import { readProfile } from './engine-profile.js';
import type { Batch, Command, Meta, Reply } from './engine-protocol.js';
import { Side } from './side.js';

interface Setting {
  readonly name: string;
  readonly width: number;
  readonly layers: number;
  readonly vocabulary: number;
  readonly train: boolean;
  readonly batches: readonly (readonly [batch: number, tokens: number])[];
  /** Largest share of PyTorch's time. */
  readonly goal: number;
}

const settings: readonly Setting[] = [
  {
    name: '256 × 6, 30k, 32 × 128',
    width: 256,
    layers: 6,
    vocabulary: 30_000,
    train: true,
    batches: [[32, 128]],
    goal: 0.6,
  },
  {
    name: '768 × 12, 120k, 8 × 192',
    width: 768,
    layers: 12,
    vocabulary: 120_000,
    train: true,
    batches: [[8, 192]],
    goal: 0.45,
  },
  {
    name: '768 × 12, 250k, 8 × 192',
    width: 768,
    layers: 12,
    vocabulary: 250_000,
    train: true,
    batches: [[8, 192]],
    goal: 0.45,
  },
  {
    name: '256 × 4, 40k, 64 of 20–80 tokens',
    width: 256,
    layers: 4,
    vocabulary: 40_000,
    train: true,
    batches: [
      [64, 20],
      [64, 35],
      [64, 50],
      [64, 65],
      [64, 80],
    ],
    goal: 1 / 1.6,
  },
  {
    name: '768 × 12, forward, 1 × 64',
    width: 768,
    layers: 12,
    vocabulary: 30_000,
    train: false,
    batches: [[1, 64]],
    goal: 0.8,
  },
  {
    name: '768 × 12, forward, 16 × 128',
    width: 768,
    layers: 12,
    vocabulary: 30_000,
    train: false,
    batches: [[16, 128]],
    goal: 0.8,
  },
];

const agreement = 1e-4; // largest relative difference of a loss
const firstSteps = 5;
const threads = Number(process.env.CALIBRE_THREADS ?? 2);
const python = process.env.CALIBRE_PYTHON ?? 'python3';

/** `bench engine [PART OF A NAME]`; rounds of two steps each: CALIBRE_ROUNDS (7); threads of each side: CALIBRE_THREADS (2). */
export async function benchEngine(): Promise<void> {
  const wanted = process.argv[3] ?? '';
  const hasPeer = spawnSync(python, ['-c', 'import torch, numpy']).status === 0;
  if (!hasPeer) console.log(`PyTorch left out: ${python} has no torch; set CALIBRE_PYTHON`);
  for (const setting of settings.filter(({ name }) => name.includes(wanted))) {
    const folder = mkdtempSync(join(tmpdir(), 'calibre-engine-'));
    try {
      await measure(setting, folder, hasPeer);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

async function measure(setting: Setting, folder: string, hasPeer: boolean): Promise<void> {
  const meta = prepare(setting, folder);
  const rounds = Number(process.env.CALIBRE_ROUNDS ?? 7);
  const command = { train: setting.train, autocast: false };
  const ours = startOurs(folder);
  const { creationSeconds = 0 } = await ours.reply();
  const theirs = hasPeer ? new Side<Command, Reply>(spawn(python, [peerFile, folder])) : undefined;
  const version = await theirs?.reply();

  const first = await ours.ask({ ...command, steps: firstSteps });
  const expected = await theirs?.ask({ ...command, steps: firstSteps });
  const differences = (expected?.losses ?? []).map((loss, i) =>
    Math.abs((first.losses?.[i] ?? NaN) / loss - 1),
  );
  console.log(`\n${setting.name}${version ? `, PyTorch ${version.version}` : ''}`);
  if (!differences.every((difference) => difference < agreement)) {
    console.log(`  losses differ, no time counts: ${first.losses} and ${expected?.losses}`);
    await Promise.all([ours.end(), theirs?.end()]);
    return;
  }
  const [mine, peer, ratios, parts]: [number[], number[], number[], number[][]] = [[], [], [], []];
  const processorRatios: number[] = [];
  let peaks = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const steps = 2 * meta.batches.length;
    const a = await ours.ask({ ...command, steps });
    const b = await theirs?.ask({ ...command, steps });
    mine.push(sum(a.seconds) / steps);
    parts.push(...(a.parts ?? []).map((part) => [...part]));
    if (b) {
      peer.push(sum(b.seconds) / steps);
      ratios.push((mine.at(-1) as number) / (peer.at(-1) as number));
      processorRatios.push((a.processorSeconds ?? NaN) / (b.processorSeconds ?? NaN));
    }
    peaks = [a.peakBytes ?? 0, b?.peakBytes ?? 0];
  }
  await Promise.all([ours.end(), theirs?.end()]);

  const names = setting.train ? ['gradients', 'row gradients', 'optimiser', 'rows'] : ['forward'];
  console.log(
    `  ours ${seconds(median(mine))}: ${names.map((name, i) => `${name} ${seconds(median(parts.map((part) => part[i] as number)))}`).join(', ')}`,
  );
  console.log(
    `  graph and sessions made in ${seconds(creationSeconds)}; peak memory ${gigabytes(peaks[0])}`,
  );
  if (theirs) {
    console.log(
      `  PyTorch ${seconds(median(peer))}, peak memory ${gigabytes(peaks[1])}; losses agree to ${Math.max(...differences).toExponential(1)}`,
    );
    console.log(
      `  ours / PyTorch ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}…${Math.max(...ratios).toFixed(2)} in ${rounds} rounds), goal ${setting.goal.toFixed(2)}; of processor time ${median(processorRatios).toFixed(2)}`,
    );
    console.log(
      `  ours / PyTorch with bfloat16 autocast ${(median(mine) / (await autocast(setting, folder, rounds))).toFixed(2)}`,
    );
  }
  await printProfile(setting, meta, folder);
}

/** Seconds of a step of PyTorch with bfloat16 autocast. */
async function autocast(
  { train, batches }: Setting,
  folder: string,
  rounds: number,
): Promise<number> {
  const side = new Side<Command, Reply>(spawn(python, [peerFile, folder]));
  await side.reply();
  const command = { train, autocast: true, steps: 2 * batches.length };
  await side.ask(command);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++)
    times.push(sum((await side.ask(command)).seconds) / command.steps);
  await side.end();
  return median(times);
}

async function printProfile({ train }: Setting, meta: Meta, folder: string): Promise<void> {
  writeFileSync(join(folder, 'meta.json'), JSON.stringify({ ...meta, profile: true }));
  const side = startOurs(folder);
  await side.reply();
  await side.ask({ train, autocast: false, steps: 4 });
  await side.end();
  const { milliseconds, rate, bestRate } = readProfile(folder);
  const total = sum([...milliseconds.values()]);
  const split = [...milliseconds]
    .sort(([, a], [, b]) => b - a)
    .map(([name, value]) => `${name} ${((100 * value) / total).toFixed(0)} %`);
  console.log(`  in the session: ${split.join(', ')}`);
  console.log(
    `  matrix products at ${rate.toFixed(0)} GFLOP/s, the best single one at ${bestRate.toFixed(0)}`,
  );
}

const peerFile = fileURLToPath(new URL('../peers/engine.py', import.meta.url));
const startOurs = (folder: string) =>
  new Side<Command, Reply>(
    spawn(process.execPath, [fileURLToPath(new URL('./engine-child.js', import.meta.url)), folder]),
  );

/** Writes weights and batches into the folder. */
function prepare({ width, layers, vocabulary, train, batches }: Setting, folder: string): Meta {
  const random = uniform(1);
  const size = { width, layers, vocabulary, maxTokens: 512 };
  const { graph } = buildEncoder(size);
  const shapes = [...graph.parameters].map(
    ([name, { shape }]) => [name, shape as readonly number[]] as const,
  );
  const parameters = Object.fromEntries([...shapes, ['wordTable', [vocabulary, width]] as const]);
  for (const [name, shape] of Object.entries(parameters))
    writeFileSync(join(folder, `${name}.f32`), initialValues(name, shape, random));
  const draw = ([B, T]: readonly [number, number]): Batch => ({
    shape: [B, T],
    ids: Array.from({ length: B * T }, () => Math.floor((random() + 0.5) * vocabulary)),
    mask: Array.from({ length: B * T }, () => 1),
    starts: Array.from({ length: B }, () => Math.floor((random() + 0.5) * T)),
  });
  const meta = {
    ...size,
    threads,
    train,
    profile: false,
    learningRate: 1e-4,
    parameters,
    batches: batches.map(draw),
  };
  writeFileSync(join(folder, 'meta.json'), JSON.stringify(meta));
  return meta;
}

const sum = (values: readonly number[] = []) => values.reduce((a, b) => a + b, 0);
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const seconds = (value: number) => `${value.toFixed(3)} s`;
const gigabytes = (bytes = 0) => `${(bytes / 1e9).toFixed(2)} GB`;

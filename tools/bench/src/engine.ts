/**
 * Our training and inference steps beside PyTorch's: same shapes, same weights, same batches, two threads each, in turns; ours
 * on two lanes of one thread and in one session of two.
 * A time counts only when the losses of the first five steps agree. CALIBRE_PYTHON names a Python with torch and numpy.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trainingDefaults } from '@calibre/train';
import { readProfile } from './engine-profile.js';
import type { Command, Reply, Way } from './engine-protocol.js';
import { prepare, type Setting, settings } from './engine-settings.js';
import { Side } from './side.js';

const agreement = 1e-4; // largest relative difference of a loss
const firstSteps = 5;
const threads = Number(process.env.CALIBRE_THREADS ?? 2);
const rounds = Number(process.env.CALIBRE_ROUNDS ?? 7);
const python = process.env.CALIBRE_PYTHON ?? 'python3';

/** How we run a setting; the first of training is what recipes do, the other what they do with less memory. */
const waysOf = ({ train }: Setting): ReadonlyMap<string, Way> =>
  train
    ? new Map<string, Way>([
        [`${trainingDefaults.lanes} lanes`, trainingDefaults],
        ['one session', { ...trainingDefaults, lanes: 1 }],
      ])
    : new Map([['ours', { lanes: 1, microBatches: 1 }]]);

/** `bench engine [PART OF A NAME]`; rounds of two steps each: CALIBRE_ROUNDS (7); threads of each side: CALIBRE_THREADS (2). */
export async function benchEngine(): Promise<void> {
  const wanted = process.argv[3] ?? '';
  const hasPeer = spawnSync(python, ['-c', 'import torch, numpy']).status === 0;
  if (!hasPeer) console.log(`PyTorch left out: ${python} has no torch; set CALIBRE_PYTHON`);
  for (const setting of settings.filter(({ name }) => name.includes(wanted))) {
    const folder = mkdtempSync(join(tmpdir(), 'calibre-engine-'));
    try {
      prepare(setting, { folder, threads });
      await measure(setting, folder, hasPeer);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

/** Seconds of a step in each round, and the greatest memory. */
interface Timed {
  readonly side: Side<Command, Reply>;
  readonly ready: Reply;
  readonly losses: readonly number[];
  readonly steps: number[];
  readonly processor: number[];
  peak: number;
}

async function measure(setting: Setting, folder: string, hasPeer: boolean): Promise<void> {
  const command = { train: setting.train, autocast: false };
  const begin = async (side: Side<Command, Reply>): Promise<Timed> => {
    const ready = await side.reply();
    const { losses = [] } = await side.ask({ ...command, steps: firstSteps });
    return { side, ready, losses, steps: [], processor: [], peak: 0 };
  };
  const ours = new Map<string, Timed>();
  for (const [name, way] of waysOf(setting)) ours.set(name, await begin(startOurs(folder, way)));
  const theirs = hasPeer ? await begin(startTheirs(folder)) : undefined;
  console.log(`\n${setting.name}${theirs ? `, PyTorch ${theirs.ready.version}` : ''}`);

  const all = [...ours.values(), ...(theirs ? [theirs] : [])];
  const differences = [...ours.values()].flatMap(({ losses }) =>
    losses.map((loss, i) => Math.abs(loss / (theirs?.losses[i] ?? loss) - 1)),
  );
  if (differences.every((difference) => difference < agreement))
    for (let round = 0; round < rounds; round++)
      for (const timed of all) await addRound(timed, { ...command, setting });
  else console.log('  losses differ, no time counts:', ...all.map(({ losses }) => `\n  ${losses}`));
  for (const { side } of all) await side.end();
  if (all.some(({ steps }) => steps.length === 0)) return;

  for (const [name, timed] of ours) printTimed(name, timed, theirs);
  if (theirs) {
    printTimed('PyTorch', theirs);
    const worst = Math.max(...differences).toExponential(1);
    console.log(`  goal ${setting.goal.toFixed(2)}; losses agree to ${worst}`);
    const bfloat16 = await autocast(setting, folder);
    for (const [name, { steps }] of ours)
      console.log(
        `  ${name} / PyTorch with bfloat16 autocast ${(median(steps) / bfloat16).toFixed(2)}`,
      );
  }
  for (const [name, way] of waysOf(setting)) await printProfile(name, { setting, way, folder });
}

async function addRound(
  timed: Timed,
  { setting, ...command }: Omit<Command, 'steps'> & { readonly setting: Setting },
): Promise<void> {
  const steps = 2 * setting.batches.length;
  const {
    seconds,
    processorSeconds = NaN,
    peakBytes = NaN,
  } = await timed.side.ask({
    ...command,
    steps,
  });
  timed.steps.push(sum(seconds) / steps);
  timed.processor.push(processorSeconds / steps);
  timed.peak = peakBytes;
}

function printTimed(name: string, timed: Timed, theirs?: Timed): void {
  const { steps, processor, peak, ready } = timed;
  const parts = [
    `${name} ${seconds(median(steps))}`,
    `of processor ${seconds(median(processor))}`,
    `peak memory ${(peak / 1e9).toFixed(2)} GB`,
  ];
  if (ready.creationSeconds)
    parts.push(`graphs and sessions made in ${seconds(ready.creationSeconds)}`);
  if (theirs) {
    const ratios = steps.map((time, i) => time / (theirs.steps[i] as number));
    const [least, most] = [Math.min(...ratios).toFixed(2), Math.max(...ratios).toFixed(2)];
    parts.push(`/ PyTorch ${median(ratios).toFixed(2)} (${least}…${most} in ${rounds} rounds)`);
  }
  console.log(`  ${parts.join(', ')}`);
}

/** Seconds of a step of PyTorch with bfloat16 autocast. */
async function autocast({ train, batches }: Setting, folder: string): Promise<number> {
  const side = startTheirs(folder);
  await side.reply();
  const command = { train, autocast: true, steps: 2 * batches.length };
  await side.ask(command);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++)
    times.push(sum((await side.ask(command)).seconds) / command.steps);
  await side.end();
  return median(times);
}

async function printProfile(
  name: string,
  { setting, way, folder }: { setting: Setting; way: Way; folder: string },
): Promise<void> {
  const side = startOurs(folder, { ...way, profile: true });
  await side.reply();
  await side.ask({ train: setting.train, autocast: false, steps: 4 });
  await side.end();
  const { milliseconds, rate, bestRate } = readProfile(folder);
  const total = sum([...milliseconds.values()]);
  const split = [...milliseconds]
    .sort(([, a], [, b]) => b - a)
    .map(([group, value]) => `${group} ${((100 * value) / total).toFixed(0)} %`);
  console.log(`  in a session of ${name}: ${split.join(', ')}`);
  console.log(
    `    matrix products at ${rate.toFixed(0)} GFLOP/s, the best single one at ${bestRate.toFixed(0)}`,
  );
}

const startTheirs = (folder: string) =>
  new Side<Command, Reply>(
    spawn(python, [fileURLToPath(new URL('../peers/engine.py', import.meta.url)), folder]),
  );
const childFile = fileURLToPath(new URL('./engine-child.js', import.meta.url));
const startOurs = (folder: string, { lanes, microBatches, profile = false }: Way) =>
  new Side<Command, Reply>(
    spawn(process.execPath, [
      '--expose-gc',
      childFile,
      folder,
      JSON.stringify({ lanes, microBatches, profile } satisfies Way),
    ]),
  );

const sum = (values: readonly number[] = []) => values.reduce((a, b) => a + b, 0);
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const seconds = (value: number) => `${value.toFixed(3)} s`;

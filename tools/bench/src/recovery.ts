/**
 * Boundary recovery beside PyTorch: the same network, weights and batches of real sentences, items a second of whole training
 * steps (fused AdamW, clipping; no dropout, whose draws differ). A time counts only when the first losses agree.
 *
 *     bench recovery TEXT.conllu…
 *
 * CALIBRE_PYTHON names a Python with torch and numpy; CALIBRE_ROUNDS (5) rounds of 12 steps each, in turns.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Garbler } from '@calibre/garble';
import { Runtime } from '@calibre/graph';
import {
  type CalibratorModel,
  type CalibratorRow,
  calibratorDefaults,
  encoderOfSize,
  noneLabel,
  trainWordPiece,
} from '@calibre/model';
import {
  batches,
  type CursorBatch,
  calibratorTask,
  layOutFor,
  pbrDefaults,
  recoverySource,
  Trainer,
  train,
} from '@calibre/train';
import { readExamples } from './examples.js';
import { Side } from './side.js';

interface Command {
  readonly steps: number;
  readonly autocast: boolean;
}
interface Reply {
  readonly version?: string;
  readonly losses?: readonly number[];
  readonly seconds?: number;
}

const agreement = 1e-4; // largest relative difference of a loss
const stepsAtOnce = 12;
const vocabularySize = 42_000;
const python = process.env.CALIBRE_PYTHON ?? 'python3';
const config = { ...pbrDefaults, schedule: 'constant' as const, warmupShare: 0 };

export async function benchRecovery(): Promise<void> {
  const paths = process.argv.slice(3);
  if (paths.length === 0)
    throw new Error('bench recovery: needs column files with spans, got none; name some');
  const { task, drawn } = prepare(paths);
  const items = drawn.reduce((sum, batch) => sum + batch.items.length, 0) / drawn.length;
  const runtime = await Runtime.start({ threads: 2 });
  const trainer = await Trainer.create(runtime, { ...task, config });
  const steps = train(trainer, {
    ...{ batches: repeated(drawn), accumulate: 1, microBatches: config.microBatches },
    feeds: (batch) => task.feeds(batch.items, Math.random),
    steps: Number.POSITIVE_INFINITY,
  });
  const ours = async (count: number) => {
    const begun = performance.now();
    const losses: number[] = [];
    while (losses.length < count) losses.push((await steps.next()).value?.loss ?? Number.NaN);
    return { losses, seconds: (performance.now() - begun) / 1000 };
  };
  const folder = mkdtempSync(join(tmpdir(), 'calibre-recovery-'));
  try {
    write(folder, { task, drawn });
    const hasPeer = spawnSync(python, ['-c', 'import torch, numpy']).status === 0;
    if (!hasPeer) console.log(`PyTorch left out: ${python} has no torch; set CALIBRE_PYTHON`);
    const peers = hasPeer ? [await startPeer(folder), await startPeer(folder)] : [];
    const first = await ours(stepsAtOnce);
    const theirs = await peers[0]?.ask({ steps: stepsAtOnce, autocast: false });
    await peers[1]?.ask({ steps: stepsAtOnce, autocast: true });
    const differences = (theirs?.losses ?? [])
      .slice(0, 5)
      .map((loss, i) => Math.abs((first.losses[i] ?? NaN) / loss - 1));
    if (!differences.every((difference) => difference < agreement)) {
      console.log(`losses differ, no time counts: ${first.losses} and ${theirs?.losses}`);
      return;
    }
    const rates: number[][] = [[], [], []];
    for (let round = 0; round < Number(process.env.CALIBRE_ROUNDS ?? 5); round++) {
      const autocast = [false, true];
      const seconds = [(await ours(stepsAtOnce)).seconds];
      for (const [i, peer] of peers.entries())
        seconds.push(
          (await peer.ask({ steps: stepsAtOnce, autocast: autocast[i] as boolean })).seconds ?? NaN,
        );
      for (const [side, value] of seconds.entries())
        rates[side]?.push((items * stepsAtOnce) / value);
    }
    for (const peer of peers) await peer.end();
    const [own = NaN, float32 = NaN, bfloat16 = NaN] = rates.map(median);
    console.log(
      `${items.toFixed(0)} items a step, ${config.lanes} lanes of ${config.microBatches} micro-batches`,
    );
    console.log(`ours ${own.toFixed(0)} items/s`);
    if (hasPeer) {
      console.log(
        `PyTorch float32 ${float32.toFixed(0)} items/s: ours ${(own / float32).toFixed(2)} times, goal 1.5; losses agree to ${Math.max(...differences).toExponential(1)}`,
      );
      console.log(
        `PyTorch bfloat16 autocast ${bfloat16.toFixed(0)} items/s: ours ${(own / bfloat16).toFixed(2)} times`,
      );
    }
  } finally {
    await steps.return(undefined);
    await trainer.dispose();
    await runtime.dispose();
    rmSync(folder, { recursive: true });
  }
}

const peerFile = fileURLToPath(new URL('../peers/recovery.py', import.meta.url));
async function startPeer(folder: string): Promise<Side<Command, Reply>> {
  const side = new Side<Command, Reply>(spawn(python, [peerFile, folder]));
  await side.reply();
  return side;
}

/** The network of the XGLUE recipe on a vocabulary of the text, and one chunk of its batches. */
function prepare(paths: readonly string[]) {
  const examples = paths.flatMap(readExamples);
  const words = examples.flatMap((example) => example.words);
  const tokenizer = trainWordPiece(words, vocabularySize, { lowercase: false });
  const encoder = encoderOfSize('small', {
    vocabularySize: tokenizer.vocabularySize,
    padTokenId: tokenizer.special.pad,
    hiddenDropout: 0,
    attentionDropout: 0,
  });
  const labels = ['LOC', 'MISC', 'ORG', 'PER'];
  const calibrator = { ...calibratorDefaults, labels: [noneLabel, ...labels] };
  const model: CalibratorModel = { encoder, tags: [], calibrator };
  const task = calibratorTask({ model, tokenizer, from: undefined, config });
  const garbler = new Garbler(config.garbling);
  const layOut = layOutFor(model, tokenizer);
  const source = recoverySource(examples, {
    ...config,
    garbler,
    tokenizer,
    layOut,
    labels,
    weight: 1,
  });
  const stream = batches([source], { ...config, itemTokens: task.itemTokens });
  const drawn = Array.from({ length: 24 }, () => stream.next().value);
  return { task, drawn };
}

function* repeated<Item>(drawn: readonly CursorBatch<Item>[]): Generator<CursorBatch<Item>, never> {
  for (;;) yield* drawn;
}

/** Weights and batches as the peer reads them: raw arrays, and what they are in `meta.json`. */
function write(
  folder: string,
  {
    task,
    drawn,
  }: { task: ReturnType<typeof prepare>['task']; drawn: readonly CursorBatch<CalibratorRow>[] },
): void {
  const { encoder, calibrator } = task.configuration as CalibratorModel;
  const parameters = [...task.weights].map(([name, { data, shape }], i) => {
    writeFileSync(join(folder, `weight-${i}`), data as Float32Array);
    return [name, shape];
  });
  const described = drawn.map(({ items }, b) =>
    Object.entries(task.feeds(items, Math.random)).map(([name, { data, shape }]) => {
      writeFileSync(join(folder, `batch-${b}-${name}`), data as Float32Array);
      return [name, shape, data instanceof Float32Array ? 'float32' : 'int32'];
    }),
  );
  const { heads, layers, layerNormEpsilon: epsilon } = encoder;
  const { learningRate, betas } = config;
  const { maxSpan } = calibrator;
  const meta = {
    ...{ threads: 2, heads, layers, epsilon, maxSpan },
    learningRate,
    betas,
    parameters,
    batches: described,
  };
  writeFileSync(join(folder, 'meta.json'), JSON.stringify(meta));
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Initial answers a second of `Calibrator`, beside a hand-batched PyTorch loop with the same weights and beside Hugging
 * Face's question-answering pipeline; then what documents of up to a megabyte take, and `Calibrator.load`. CALIBRE_PYTHON names a
 * Python with torch and transformers, CALIBRE_PYTHON_PIPELINE one with transformers < 5, which still has the pipeline.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AnsweredSentence, Calibrator } from '@calibre/model';
import { writeSmallCheckpoint } from './calibrator-checkpoint.js';
import { benchDocuments } from './calibrator-document.js';
import { benchLoad } from './calibrator-load.js';
import { Side } from './side.js';

const threads = Number(process.env.CALIBRE_THREADS ?? 2);
const agreement = 1e-3; // largest difference of the initial answers' log-probabilities
const answersCount = 600;

interface Peer {
  readonly name: string;
  readonly kind: 'loop' | 'pipeline';
  readonly python: string;
  /** Items of one run. */
  readonly batch: number;
  /** Our answers a second over theirs, at least. */
  readonly goal: number;
}

interface Reply {
  readonly version?: string;
  readonly missing?: string;
  readonly seconds?: number;
  readonly processorSeconds?: number;
  /** Log-probability of each initial answer; empty where the peer computes something else. */
  readonly scores?: readonly number[];
}

interface Pass {
  readonly seconds: number;
  readonly processorSeconds: number;
}

const python = process.env.CALIBRE_PYTHON ?? 'python3';
const pipelinePython = process.env.CALIBRE_PYTHON_PIPELINE ?? python;
const pipeline = { name: 'question-answering pipeline', kind: 'pipeline', goal: 3 } as const;
const peers: readonly Peer[] = [
  { name: 'PyTorch by hand', kind: 'loop', python, batch: 32, goal: 1.2 },
  { ...pipeline, python: pipelinePython, batch: 1 },
  { ...pipeline, python: pipelinePython, batch: 32 },
];

/** `bench calibrator`; rounds: CALIBRE_ROUNDS (5), threads of each side: CALIBRE_THREADS (2). */
export async function benchCalibrator(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'calibre-calibrator-'));
  try {
    const checkpoint = join(folder, 'checkpoint');
    await benchSpeed(folder, checkpoint);
    benchDocuments(checkpoint);
    await benchLoad(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchSpeed(folder: string, checkpoint: string): Promise<void> {
  const sentences = await writeSmallCheckpoint(checkpoint, { answers: answersCount });
  const calibrator = await Calibrator.load(checkpoint, { threads });
  const { width, layers, vocabularySize } = calibrator.model.encoder;
  console.log(
    `${answersCount} answers in ${sentences.length} sentences, encoder ${width} × ${layers}, ${vocabularySize} pieces, ${threads} threads, load ${load()}`,
  );
  for (const peer of peers) await compare(peer, { folder, checkpoint, sentences, calibrator });
  await calibrator.dispose();
}

interface Work {
  readonly folder: string;
  readonly checkpoint: string;
  readonly sentences: readonly AnsweredSentence[];
  readonly calibrator: Calibrator;
}

async function compare(peer: Peer, work: Work): Promise<void> {
  const { python, goal } = peer;
  const name = `${peer.name}, batches of ${peer.batch}`;
  const { calibrator, sentences } = work;
  const ours = await calibrator.calibrateSentences(sentences, { overlaps: 'keep' }); // warm
  if (spawnSync(python, ['-c', 'import torch, transformers']).status !== 0) {
    console.log(`  ${name} left out: ${python} has no torch and transformers; set CALIBRE_PYTHON`);
    return;
  }
  const side = start(peer, work);
  const { version, missing } = await side.reply();
  if (missing !== undefined) {
    console.log(`  ${name} left out: ${missing}; set CALIBRE_PYTHON_PIPELINE`);
    return;
  }
  const { scores = [] } = await side.ask({});
  const initial = ours.flatMap(({ spans }) => spans.map((span) => span.scores?.initial ?? NaN));
  const difference = Math.max(...scores.map((score, i) => Math.abs(score - (initial[i] ?? NaN))));
  if (scores.length > 0 && !(difference < agreement)) {
    console.log(`  ${name}: scores differ by ${difference}, no time counts`);
    return side.end();
  }
  const rounds = Number(process.env.CALIBRE_ROUNDS ?? 5);
  const [mine, theirs]: [Pass[], Pass[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    mine.push(await pass(() => calibrator.calibrateSentences(sentences)));
    const { seconds = NaN, processorSeconds = NaN } = await side.ask({});
    theirs.push({ seconds, processorSeconds });
  }
  await side.end();
  report(`${name} (${version})`, goal, { mine, theirs });
  if (scores.length > 0)
    console.log(`    log-probabilities of the answers agree to ${difference.toExponential(1)}`);
}

function start({ kind, python, batch }: Peer, work: Work): Side<object, Reply> {
  const items = work.sentences.flatMap(({ words, spans }) =>
    spans.map(({ start, end }) => [words, start, end]),
  );
  const file = join(work.folder, 'items.json');
  writeFileSync(file, JSON.stringify({ threads, batch, items }));
  const script = fileURLToPath(new URL('../peers/calibrator.py', import.meta.url));
  return new Side(spawn(python, [script, kind, work.checkpoint, file]));
}

async function pass(work: () => Promise<unknown>): Promise<Pass> {
  const [begun, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: (performance.now() - begun) / 1000,
    processorSeconds: (user + system) / 1e6,
  };
}

function report(name: string, goal: number, passes: { mine: Pass[]; theirs: Pass[] }): void {
  const { mine, theirs } = passes;
  const rate = (passes: readonly Pass[]) =>
    (answersCount / median(passes.map(({ seconds }) => seconds))).toFixed(0);
  const ratios = (of: (pass: Pass) => number) =>
    theirs.map((pass, round) => of(pass) / of(mine[round] as Pass));
  const walls = ratios(({ seconds }) => seconds);
  console.log(
    `  ${name}: ${rate(theirs)} answers a second, ours ${rate(mine)}: ${median(walls).toFixed(2)} times (${Math.min(...walls).toFixed(2)}…${Math.max(...walls).toFixed(2)} in ${walls.length} rounds), goal ${goal}; of processor time ${median(ratios(({ processorSeconds }) => processorSeconds)).toFixed(2)}; load ${load()}`,
  );
}

const load = () => (loadavg()[0] as number).toFixed(1);
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

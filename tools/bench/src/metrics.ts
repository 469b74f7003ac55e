/** `bench metrics`: `@calibre/metrics` beside seqeval and nervaluate in one run, its memory on a stream, its resampling. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareSystems, parseTags, scoreSpans, scoreTags } from '@calibre/metrics';
import { type TaggedCorpus, taggedCorpus, taggedSentences } from './metrics-corpus.js';

const WORDS = 2_000_000;

/** Prints one table; peers that are not installed are named and left out. */
export async function benchMetrics(): Promise<void> {
  console.log(
    `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.versions.node}`,
  );
  const corpus = taggedCorpus(WORDS);
  const tags = best(() => scoreTags(corpus.gold, corpus.predicted).micro.f1);
  const spans = best(() => scoreSpans(parsed(corpus.gold), parsed(corpus.predicted)).strict.f1);
  const rows = [
    row('tags → scores', 'scoreTags', tags),
    row('tags → MUC scores', 'parseTags + scoreSpans', spans),
  ];
  for (const { task, peer, code, ours } of PEERS) {
    const theirs = runPython(code, corpus);
    if (!theirs) {
      console.log(`${peer}: skipped, the Python of CALIBRE_PYTHON (or python3) cannot import it`);
      continue;
    }
    const own = { tags, spans }[ours];
    if (Math.abs(theirs.f1 - own.f1) > 1e-12)
      throw new Error(`${peer} found F1 ${theirs.f1}, not ${own.f1}`);
    rows.push({
      ...row(task, peer, theirs),
      'ours is faster by': `${(theirs.seconds / own.seconds).toFixed(0)} ×`,
    });
  }
  console.table(rows);
  console.table([streamed(), resampled()]);
}

interface Measured {
  readonly seconds: number;
  readonly f1: number;
}

const row = (
  task: string,
  by: string,
  { seconds, f1 }: Measured,
): Record<string, string | number> => ({
  task,
  by,
  seconds: Number(seconds.toFixed(3)),
  'million words a second': Number((WORDS / 1e6 / seconds).toFixed(2)),
  F1: Number(f1.toFixed(6)),
});

const parsed = (sentences: readonly (readonly string[])[]) =>
  sentences.map((tags) => parseTags(tags));

/** The best of three, as Python's timeit advises. */
function best(run: () => number): Measured {
  let seconds = Infinity;
  let f1 = 0;
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    f1 = run();
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  return { seconds, f1 };
}

const PEERS = [
  {
    task: 'tags → micro F1 only',
    peer: 'seqeval f1_score',
    ours: 'tags',
    code: 'from seqeval.metrics import f1_score\nrun = lambda: f1_score(gold, predicted)',
  },
  {
    task: 'tags → scores',
    peer: 'seqeval classification_report',
    ours: 'tags',
    code: `from seqeval.metrics import classification_report
run = lambda: classification_report(gold, predicted, output_dict=True)["micro avg"]["f1-score"]`,
  },
  {
    task: 'tags → MUC scores',
    peer: 'nervaluate Evaluator',
    ours: 'spans',
    code: `from nervaluate import Evaluator
run = lambda: Evaluator(gold, predicted, tags=["PER", "LOC", "ORG", "MISC"], loader="list").evaluate()["overall"]["strict"].f1`,
  },
] as const;

/** Times `run` once on the same tags, read from files before the clock starts. Undefined: Python or the peer is not there. */
function runPython(code: string, { gold, predicted }: TaggedCorpus): Measured | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'bench-metrics-'));
  try {
    for (const [name, sentences] of Object.entries({ gold, predicted }))
      writeFileSync(join(folder, name), sentences.map((tags) => tags.join(' ')).join('\n'));
    writeFileSync(
      join(folder, 'peer.py'),
      `${code}
import json, time
gold, predicted = ([line.split() for line in open(name)] for name in ("gold", "predicted"))
start = time.perf_counter()
f1 = run()
print(json.dumps({"f1": float(f1), "seconds": time.perf_counter() - start}))
`,
    );
    const python = process.env.CALIBRE_PYTHON ?? 'python3';
    const output = execFileSync(python, ['peer.py'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(output);
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In a process of its own, whose peak memory is then its own. */
function streamed() {
  const script = fileURLToPath(new URL('bin.js', import.meta.url));
  const { tokens, seconds, peakMegabytes } = JSON.parse(
    execFileSync(process.execPath, [script, 'metrics-stream'], { encoding: 'utf8' }),
  );
  return {
    task: `streamed CoNLL, ${tokens / 1e6} million words`,
    seconds: Number(seconds.toFixed(2)),
    'peak memory, MB': Math.round(peakMegabytes),
  };
}

function resampled() {
  const sentences = [...taggedSentences(100_000)].slice(0, 3000);
  const gold = parsed(sentences.map((sentence) => sentence.gold));
  const before = parsed(sentences.map((sentence) => sentence.predicted));
  const after = before.map((spans, i) => (i % 3 ? spans : (gold[i] ?? [])));
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const { seconds } = best(() => compareSystems(gold, before, after, { random }).difference);
  return {
    task: `compareSystems, 10,000 resamples of ${sentences.length} sentences`,
    seconds: Number(seconds.toFixed(2)),
  };
}

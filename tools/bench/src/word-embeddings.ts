/**
 * Word embeddings in `rows` mode beside `dense`: the same boundary recovery with the same batches, and how far the two drift
 * apart: loss, recovery on held-out text, the tables, time. A third run, dense with another seed, shows what chance alone does.
 *
 *     bench word-embeddings TEXT.conllu…
 *
 * Every twentieth sentence is held out. CALIBRE_STEPS (150).
 */
import { Runtime } from '@calibre/graph';
import { trainWordPiece } from '@calibre/model';
import { type Tensors, trainPbr } from '@calibre/train';
import { readExamples } from './examples.js';

const steps = Number(process.env.CALIBRE_STEPS ?? 150);
const vocabularySize = 20_000;
const table = 'bert.embeddings.word_embeddings.weight';

export async function benchWordEmbeddings(): Promise<void> {
  const paths = process.argv.slice(3);
  if (paths.length === 0)
    throw new Error('bench word-embeddings: needs column files with spans, got none; name some');
  const all = paths.flatMap(readExamples);
  const [examples, heldOut] = [
    all.filter((_, i) => i % 20 > 0),
    all.filter((_, i) => i % 20 === 0),
  ];
  const tokenizer = trainWordPiece(
    examples.flatMap(({ words }) => words),
    vocabularySize,
    { lowercase: false },
  );
  const rows = await trainWith('rows');
  const dense = await trainWith('dense');
  const otherSeed = await trainWith('dense', { seed: 2 });

  async function trainWith(wordEmbeddings: 'rows' | 'dense', { seed = 1 } = {}) {
    const runtime = await Runtime.start({ threads: 2 });
    const losses: number[] = [];
    const began = process.cpuUsage();
    const { checkpoint, stages } = await trainPbr({
      examples,
      heldOut,
      from: { tokenizer },
      runtime,
      config: {
        size: 'tiny',
        steps,
        seed,
        wordEmbeddings,
        vocabulary: { minCount: 1, maxSize: 1e6 },
      },
      onRecord: ({ loss }) => losses.push(loss),
    });
    const { user, system } = process.cpuUsage(began);
    await runtime.dispose();
    const scores = Object.values(stages.at(-1)?.recovery ?? {});
    const sum = (key: 'answers' | 'before' | 'after') =>
      scores.reduce((total, score) => total + score[key], 0);
    return {
      losses,
      weights: checkpoint.weights,
      seconds: (user + system) / 1e6,
      recovery: `${sum('before')} → ${sum('after')} of ${sum('answers')}`,
    };
  }

  console.log(`${examples.length} sentences, ${vocabularySize} pieces, ${steps} steps`);
  const runs = { rows, dense, 'dense, other seed': otherSeed };
  console.log(['steps'.padEnd(9), ...Object.keys(runs)].join('  '));
  const parts = Math.min(6, steps);
  for (let part = 0; part < parts; part++) {
    const from = Math.round((part * steps) / parts);
    const to = Math.round(((part + 1) * steps) / parts);
    const cells = Object.entries(runs).map(([name, { losses }]) =>
      mean(losses.slice(from, to)).toFixed(4).padStart(name.length),
    );
    console.log([`${from + 1}–${to}`.padEnd(9), ...cells].join('  '));
  }
  for (const [name, { recovery, seconds }] of Object.entries(runs))
    console.log(`${name}: exact boundaries ${recovery}; ${seconds.toFixed(0)} s of processor`);
  for (const [name, { losses }] of Object.entries({ rows, 'dense, other seed': otherSeed })) {
    const apart = losses.map((loss, step) => Math.abs(loss - (dense.losses[step] as number)));
    console.log(
      `${name}: loss apart from dense by ${mean(apart).toFixed(4)} on average, ${Math.max(...apart).toFixed(4)} at most`,
    );
  }
  const distance = relativeDistance(rows.weights, dense.weights);
  console.log(`rows: table apart from dense by ${(100 * distance).toFixed(1)} % of its norm`);
}

/** ‖a − b‖ / ‖b‖ of the word embeddings. */
function relativeDistance(a: Tensors, b: Tensors): number {
  const [own, other] = [a, b].map((weights) => weights.get(table)?.data as Float32Array);
  let [difference, norm] = [0, 0];
  other?.forEach((value, i) => {
    difference += ((own?.[i] as number) - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(difference / norm);
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

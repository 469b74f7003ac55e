/** How many corrected sentences pay. */
import { answersOf, readWith, scoreCalibration } from '../calibration-scores.js';
import type { Checkpoint } from '../checkpoint.js';
import { permutation, randomOf } from '../random.js';
import type { AnsweredCorpus } from '../read-corpus.js';
import { type AdaptOptions, adaptCalibrator, adaptDefaults, pick } from './adapt.js';

/** Change of F1 on sentences left out, after adapting to some of the others. */
export interface LearningPoint {
  readonly sentences: number;
  readonly measuredOn: number;
  readonly before: number;
  readonly after: number;
}

/**
 * How many corrections pay: adapts to the first so many sentences of a shuffled corpus and measures on those that no size
 * uses. Size 0 is the given checkpoint.
 */
export async function learningCurve(
  { corrected, ...options }: AdaptOptions,
  { sizes }: { readonly sizes: readonly number[] },
): Promise<LearningPoint[]> {
  const { seed } = { ...adaptDefaults, ...options.config };
  const total = corrected.sentences.length;
  const largest = Math.max(...sizes);
  if (!(largest < total))
    throw new RangeError(
      `adapt: a learning curve needs sentences to measure on, got sizes up to ${largest} for ${total} sentences; ask for smaller ones`,
    );
  const order = permutation(total, randomOf(seed, -7));
  const rank = new Uint32Array(total);
  order.forEach((index, place) => {
    rank[index] = place;
  });
  const measured = pick(corrected, (index) => (rank[index] as number) >= largest);
  const points: LearningPoint[] = [];
  for (const size of sizes) {
    const first = pick(corrected, (index) => (rank[index] as number) < size);
    const { checkpoint } =
      size === 0
        ? { checkpoint: options.from }
        : await adaptCalibrator({ ...options, corrected: first });
    const { before, after } = await scoreOn(checkpoint, measured, { ...options, seed });
    points.push({
      sentences: size,
      measuredOn: measured.sentences.length,
      before: before.f1,
      after: after.f1,
    });
  }
  return points;
}

async function scoreOn(
  checkpoint: Checkpoint,
  corpus: AnsweredCorpus,
  {
    runtime,
    signal,
    statistics,
    seed,
  }: Pick<AdaptOptions, 'runtime' | 'signal' | 'statistics'> & { readonly seed: number },
) {
  const read = await readWith(checkpoint, corpus, { runtime, signal });
  return scoreCalibration(read, answersOf(checkpoint, read, { statistics }), {
    seed,
    resamples: 1,
  });
}

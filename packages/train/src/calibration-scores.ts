/** What a calibrator makes of a corpus: its readings, its final answers under some margins, and how much better they are. */
import type { Runtime } from '@calibre/graph';
import { type Comparison, compareSystems, type Span } from '@calibre/metrics';
import {
  type CalibratorModel,
  CalibratorReader,
  decideAll,
  finalAnswers,
  type Margins,
} from '@calibre/model';
import type { Checkpoint } from './checkpoint.js';
import { foldsOf } from './folds.js';
import { type FitMarginsOptions, fitMargins, type ReadSentence } from './margins.js';
import { randomOf } from './random.js';
import { type AnsweredCorpus, readCorpus } from './recipes/calibrator.js';

/** F1 before and after as shares of 1, with the paired bootstrap interval of the difference. */
export type CalibrationScores = Omit<Comparison, 'changes' | 'categories'>;

/** Reads a corpus with a checkpoint's weights, which are put on the runtime. */
export async function readWith(
  { configuration, tokenizer, weights }: Checkpoint,
  corpus: AnsweredCorpus,
  { runtime, signal }: { readonly runtime: Runtime; readonly signal?: AbortSignal | undefined },
): Promise<ReadSentence[]> {
  for (const [name, tensor] of weights) await runtime.put(name, tensor);
  const model = configuration as CalibratorModel;
  const reader = await CalibratorReader.create(runtime, { model, tokenizer });
  try {
    return await readCorpus(reader, corpus, { tokenizer, signal });
  } finally {
    await reader.dispose();
  }
}

/** Final answers; `marginsAt` gives the margins of a sentence by its place. */
export function calibratedAnswers(
  read: readonly ReadSentence[],
  {
    labels,
    marginsAt,
  }: { readonly labels: readonly string[]; readonly marginsAt: (sentence: number) => Margins },
): Span[][] {
  return read.map(({ answers }, index) =>
    finalAnswers(decideAll(answers, { labels, margins: marginsAt(index) })).map(
      ({ start, end, label }) => ({ start, end, label }),
    ),
  );
}

/** Each sentence under margins fitted on the other folds: what fitting margins on such text gives on more of it. */
export function crossValidatedAnswers(
  read: readonly ReadSentence[],
  options: FitMarginsOptions,
): Span[][] {
  const { ofFolds } = fitMargins(read, options);
  const foldOf = foldsOf(read.length, { folds: ofFolds.length, seed: options.seed });
  const marginsAt = (index: number) => ofFolds[foldOf[index] as number] as Margins;
  return calibratedAnswers(read, { labels: options.labels, marginsAt });
}

/** Calibrated answers against the initial ones. */
export function scoreCalibration(
  read: readonly ReadSentence[],
  calibrated: readonly (readonly Span[])[],
  { seed, resamples = 10_000 }: { readonly seed: number; readonly resamples?: number },
): CalibrationScores {
  const initial = read.map(({ answers }) => answers.map((answer) => answer.initial));
  const gold = read.map((sentence) => sentence.gold);
  const random = randomOf(seed, -6);
  const { changes, categories, ...scores } = compareSystems(gold, initial, calibrated, {
    random,
    resamples,
  });
  return scores;
}

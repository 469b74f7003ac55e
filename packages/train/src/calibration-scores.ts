/** What a calibrator makes of a corpus: its readings, its final answers, and how much better they are. */
import type { Runtime } from '@calibre/graph';
import { type Comparison, compareSystems, type Span } from '@calibre/metrics';
import {
  type CalibratorModel,
  CalibratorReader,
  decider,
  type TextStatistics,
} from '@calibre/model';
import { finalSpans, type ReadSentence } from './answer-counts.js';
import type { Checkpoint } from './checkpoint.js';
import { statisticsOf } from './decision.js';
import { randomOf } from './random.js';
import { type AnsweredCorpus, readCorpus } from './read-corpus.js';

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

/**
 * Final answers by the checkpoint's learned decision, or by its margins where it has none. `statistics` are of the whole
 * text that the sentences are part of; default: of the sentences.
 */
export function answersOf(
  { configuration, decision }: Checkpoint,
  read: readonly ReadSentence[],
  { statistics = statisticsOf(read) }: { readonly statistics?: TextStatistics | undefined } = {},
): Span[][] {
  const { labels, margins } = (configuration as CalibratorModel).calibrator;
  const decide = decider({ model: decision, labels, margins, statistics });
  return read.map((sentence) => finalSpans(decide(sentence)));
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

/**
 * Adapting a calibrator to a convention from a few corrected sentences: it goes on training on a base model's real errors,
 * and its margins come from answers it gave to sentences that it had not seen. May say that the answers are best left alone.
 */
import { estimateGarbling } from '@calibre/garble';
import type { Runtime } from '@calibre/graph';
import { type CalibratorModel, noneLabel } from '@calibre/model';
import { calibratedAnswers, readWith, scoreCalibration } from '../calibration-scores.js';
import type { Checkpoint } from '../checkpoint.js';
import { foldsOf } from '../folds.js';
import { type FittedMargins, fitMargins, type ReadSentence } from '../margins.js';
import { permutation, randomOf } from '../random.js';
import { type LabelledSentence, labelsIn } from '../sentences.js';
import {
  type AnsweredCorpus,
  type CalibratorConfig,
  calibratorTrainingDefaults,
  trainCalibrator,
} from './calibrator.js';

export interface AdaptConfig extends CalibratorConfig {
  /** Parts of the corrected sentences; for each a network is trained on the others, for the margins. */
  readonly folds: number;
  /** Steps for each corrected sentence, where that makes more than `steps`. */
  readonly stepsPerSentence: number;
}

// Guesses, but for what the calibrator's defaults say.
export const adaptDefaults: AdaptConfig = {
  ...calibratorTrainingDefaults,
  steps: 60,
  schedule: 'linear',
  shares: { base: 0.4, garbled: 0.2, lowerCase: 0, spurious: 0.1, replay: 0.3 },
  selectEverySteps: 0,
  saveEverySteps: 0,
  folds: 3,
  stepsPerSentence: 0.4,
};

/** One training of an adaptation: its number from 1, of how many, and its steps. */
export interface AdaptTraining {
  readonly number: number;
  readonly of: number;
  readonly steps: number;
}

export interface AdaptOptions {
  readonly runtime: Runtime;
  readonly from: Checkpoint;
  /** Sentences with gold answers, and what the base model said of them. */
  readonly corrected: AnsweredCorpus;
  /** Text of before, so that nothing else is lost. */
  readonly replay?: readonly LabelledSentence[] | undefined;
  readonly config?: Partial<AdaptConfig> | undefined;
  /** Told before each of the `folds + 1` trainings. */
  readonly onTraining?: ((training: AdaptTraining) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AdaptResult {
  /** The adapted network with margins fitted on the corrected sentences; the given one where adapting did not help it. */
  readonly checkpoint: Checkpoint;
  readonly network: 'adapted' | 'unchanged';
  /** Of the network in the checkpoint; margins of Infinity where the answers are best left alone. */
  readonly fitted: FittedMargins;
  /** Whether cross-validation on the corrected sentences finds any gain over the initial answers. */
  readonly helps: boolean;
}

/**
 * Goes on training from a checkpoint; see {@link AdaptResult}.
 * @throws RangeError where there are fewer sentences than folds, or answers for another number of sentences
 */
export async function adaptCalibrator(options: AdaptOptions): Promise<AdaptResult> {
  const { from, corrected, runtime, signal } = options;
  const config: AdaptConfig = { ...adaptDefaults, ...options.config };
  const { sentences, answers } = corrected;
  const { calibrator: given } = from.configuration;
  if (given === undefined)
    throw new Error('adapt: the checkpoint must hold a calibrator, got none; see trainCalibrator');
  const known = given.labels.filter((label) => label !== noneLabel);
  const labels = [...new Set([...known, ...labelsIn(sentences)])];
  const foldOf = foldsOf(sentences.length, { folds: config.folds, seed: config.seed });
  const steps = Math.max(config.steps, Math.round(config.stepsPerSentence * sentences.length));
  const say = (number: number) => options.onTraining?.({ number, of: config.folds + 1, steps });
  const adapt = async (part: AnsweredCorpus): Promise<Checkpoint> => {
    const { checkpoint } = await trainCalibrator({
      ...part,
      replay: options.replay,
      from,
      labels,
      runtime,
      signal,
      config: { ...config, steps, garbling: garblingOf(part, config) },
    });
    return checkpoint;
  };

  const unseen: ReadSentence[] = new Array(sentences.length);
  for (let fold = 0; fold < config.folds; fold++) {
    say(fold + 1);
    const adapted = await adapt(pick(corrected, (index) => foldOf[index] !== fold));
    const held = [...sentences.keys()].filter((index) => foldOf[index] === fold);
    const read = await readWith(
      adapted,
      pick(corrected, (index) => foldOf[index] === fold),
      { runtime, signal },
    );
    held.forEach((index, place) => {
      unseen[index] = read[place] as ReadSentence;
    });
  }
  const fit = (read: readonly ReadSentence[], allLabels: readonly string[]) =>
    fitMargins(read, { labels: allLabels, seed: config.seed, start: given.margins });
  const adapted = fit(unseen, [noneLabel, ...labels]);
  const unchanged = fit(await readWith(from, corrected, { runtime, signal }), given.labels);
  if (unchanged.crossValidated > adapted.crossValidated)
    return resultOf(from, unchanged, 'unchanged');
  say(config.folds + 1);
  return resultOf(await adapt({ sentences, answers }), adapted, 'adapted');
}

function resultOf(
  { configuration, ...rest }: Checkpoint,
  fitted: FittedMargins,
  network: AdaptResult['network'],
): AdaptResult {
  const { calibrator } = configuration as CalibratorModel;
  const settled = { ...configuration, calibrator: { ...calibrator, margins: fitted.margins } };
  const helps = Object.values(fitted.margins).some(Number.isFinite);
  return { checkpoint: { configuration: settled, ...rest }, network, fitted, helps };
}

/** How the base errs in these sentences, smoothed by the configured garbling. */
const garblingOf = ({ sentences, answers }: AnsweredCorpus, { garbling }: AdaptConfig) =>
  estimateGarbling(
    sentences.map(({ spans }) => spans),
    answers,
    { prior: garbling, words: sentences.map(({ words }) => words.length) },
  );

function pick(
  { sentences, answers }: AnsweredCorpus,
  accept: (index: number) => boolean,
): AnsweredCorpus {
  return {
    sentences: sentences.filter((_, index) => accept(index)),
    answers: answers.filter((_, index) => accept(index)),
  };
}

/** Change of F1 on sentences left out, after adapting to some of the others. */
export interface LearningPoint {
  readonly sentences: number;
  readonly measuredOn: number;
  readonly before: number;
  readonly after: number;
}

/**
 * How many corrections pay: adapts to the first so many sentences of a shuffled corpus and measures on those that no size
 * uses. Size 0 is the given checkpoint with its own margins.
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
  { runtime, signal, seed }: Pick<AdaptOptions, 'runtime' | 'signal'> & { readonly seed: number },
) {
  const read = await readWith(checkpoint, corpus, { runtime, signal });
  const { labels, margins } = (checkpoint.configuration as CalibratorModel).calibrator;
  const calibrated = calibratedAnswers(read, { labels, marginsAt: () => margins });
  return scoreCalibration(read, calibrated, { seed, resamples: 1 });
}

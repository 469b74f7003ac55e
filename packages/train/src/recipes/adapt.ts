/**
 * Adapting a calibrator to a convention from a few corrected sentences: its decision is learned again with them (its margins,
 * where it has no learned decision), and on request its network goes on training on them. What that gives is estimated on
 * sentences it had not seen; it may say that the answers are best left alone.
 */
import { estimateGarbling } from '@calibre/garble';
import type { Runtime } from '@calibre/graph';
import { type CalibratorModel, type Margins, noneLabel, type TextStatistics } from '@calibre/model';
import { type Estimate, estimateOf, type ReadSentence, scoreAnswers } from '../answer-counts.js';
import { answersOf, readWith } from '../calibration-scores.js';
import type { Checkpoint } from '../checkpoint.js';
import { decisionDefaults, fitDecision, statisticsOf } from '../decision.js';
import { foldsOf } from '../folds.js';
import { fitMargins, leaveAlone } from '../margins.js';
import { type AnsweredCorpus, requireAligned } from '../read-corpus.js';
import { type LabelledSentence, labelsIn } from '../sentences.js';
import {
  type CalibratorConfig,
  calibratorTrainingDefaults,
  trainCalibrator,
} from './calibrator.js';

export interface AdaptConfig extends CalibratorConfig {
  /** Steps of the network; 0: it is not trained. */
  readonly steps: number;
  /** Parts of the corrected sentences; each is answered by what was learned of the others. */
  readonly folds: number;
}

// Guesses, but for what the calibrator's defaults say.
export const adaptDefaults: AdaptConfig = {
  ...calibratorTrainingDefaults,
  steps: 0,
  schedule: 'linear',
  shares: { base: 0.4, garbled: 0.2, lowerCase: 0, spurious: 0.1, replay: 0.3 },
  selectEverySteps: 0,
  saveEverySteps: 0,
  decision: decisionDefaults,
  folds: 5,
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
  /** Of the whole text that the sentences come from, as the base model answered it. Default: of the sentences. */
  readonly statistics?: TextStatistics | undefined;
  /** Text of before, so that a network that is trained loses nothing else. */
  readonly replay?: readonly LabelledSentence[] | undefined;
  readonly config?: Partial<AdaptConfig> | undefined;
  /** Told before each of the `folds + 1` trainings. */
  readonly onTraining?: ((training: AdaptTraining) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AdaptResult {
  readonly checkpoint: Checkpoint;
  /** `unchanged` where it was not trained, or training it did not help. */
  readonly network: 'adapted' | 'unchanged';
  /**
   * `adapted` where that raises F1 by cross-validation on the corrected sentences; `kept` where it does not, but the
   * checkpoint's own does no harm there; or else `leave alone`, which makes no edit at all.
   */
  readonly decision: 'adapted' | 'kept' | 'leave alone';
  /** On the corrected sentences, by what the checkpoint holds; where it makes no edit, by what was tried. */
  readonly estimate: Estimate;
}

/**
 * See {@link AdaptResult}.
 * @throws RangeError where there are fewer sentences than folds, or answers for another number of sentences
 */
export async function adaptCalibrator(options: AdaptOptions): Promise<AdaptResult> {
  const { from, corrected, runtime, signal } = options;
  const config: AdaptConfig = { ...adaptDefaults, ...options.config };
  if (from.configuration.calibrator === undefined)
    throw new Error('adapt: the checkpoint must hold a calibrator, got none; see trainCalibrator');
  requireAligned(corrected.sentences, corrected.answers);
  const read = await readWith(from, corrected, { runtime, signal });
  const unchanged = {
    ...decided(from, read, { ...options, config }),
    network: 'unchanged' as const,
  };
  if (config.steps === 0) return unchanged;

  const { sentences } = corrected;
  const { folds, steps, seed } = config;
  const foldOf = foldsOf(sentences.length, { folds, seed });
  const known = from.configuration.calibrator.labels.filter((label) => label !== noneLabel);
  const labels = [...new Set([...known, ...labelsIn(sentences)])];
  const train = async (part: AnsweredCorpus, number: number): Promise<Checkpoint> => {
    options.onTraining?.({ number, of: folds + 1, steps });
    const training = { ...config, garbling: garblingOf(part, config) };
    const { replay } = options;
    const given = { ...part, replay, from, labels, runtime, signal, config: training };
    return { ...(await trainCalibrator(given)).checkpoint, decision: from.decision };
  };
  const unseen: ReadSentence[] = new Array(sentences.length);
  for (let fold = 0; fold < folds; fold++) {
    const trained = await train(
      pick(corrected, (index) => foldOf[index] !== fold),
      fold + 1,
    );
    const held = pick(corrected, (index) => foldOf[index] === fold);
    const ofFold = await readWith(trained, held, { runtime, signal });
    for (const [index, own] of foldOf.entries())
      if (own === fold) unseen[index] = ofFold.shift() as ReadSentence;
  }
  // The network that all sentences train answers new text as those of the folds answer what they have not seen.
  const { configuration } = from;
  const calibrator = { ...configuration.calibrator, labels: [noneLabel, ...labels] };
  const extended = { ...from, configuration: { ...configuration, calibrator } as CalibratorModel };
  const adapted = decided(extended, unseen, { ...options, config });
  if (unchanged.estimate.crossValidated > adapted.estimate.crossValidated) return unchanged;
  const { weights } = await train(corrected, folds + 1);
  return { ...adapted, checkpoint: { ...adapted.checkpoint, weights }, network: 'adapted' };
}

/** A checkpoint with the decision, or else the margins, that serve the corrected sentences as they were read. */
function decided(
  from: Checkpoint,
  read: readonly ReadSentence[],
  { config, ...options }: AdaptOptions & { readonly config: AdaptConfig },
): Omit<AdaptResult, 'network'> {
  const { labels, margins: start } = (from.configuration as CalibratorModel).calibrator;
  const { seed, folds } = config;
  if (from.decision === undefined) {
    const fitted = fitMargins(read, { labels, seed, folds, start });
    const { margins } = fitted;
    const [edits, same] = [Object.values(margins).some(Number.isFinite), equal(margins, start)];
    const decision = !edits ? 'leave alone' : same ? 'kept' : 'adapted';
    return { checkpoint: withMargins(from, margins), decision, estimate: estimateOf(fitted) };
  }
  const statistics = options.statistics ?? statisticsOf(read);
  const fitted = fitDecision(read, {
    labels,
    seed,
    folds,
    statistics,
    before: from.decision.learnedFrom,
    config: config.decision ?? decisionDefaults,
  });
  if (fitted.crossValidated > fitted.before)
    return {
      checkpoint: { ...from, decision: fitted.model },
      decision: 'adapted',
      estimate: estimateOf(fitted),
    };
  const own = scoreAnswers(read, answersOf(from, read, { statistics }));
  if (own.crossValidated >= own.before)
    return { checkpoint: from, decision: 'kept', estimate: own };
  const { decision: _, ...alone } = withMargins(from, leaveAlone);
  return { checkpoint: alone, decision: 'leave alone', estimate: estimateOf(fitted) };
}

const equal = (a: Margins, b: Margins) =>
  a.move === b.move && a.drop === b.drop && a.relabel === b.relabel;

function withMargins({ configuration, ...rest }: Checkpoint, margins: Margins): Checkpoint {
  const { calibrator } = configuration as CalibratorModel;
  return { ...rest, configuration: { ...configuration, calibrator: { ...calibrator, margins } } };
}

/** How the base errs in these sentences, smoothed by the configured garbling. */
const garblingOf = ({ sentences, answers }: AnsweredCorpus, { garbling }: AdaptConfig) =>
  estimateGarbling(
    sentences.map(({ spans }) => spans),
    answers,
    { prior: garbling, words: sentences.map(({ words }) => words.length) },
  );

/** The sentences at some places, with their answers. */
export function pick(
  { sentences, answers }: AnsweredCorpus,
  accept: (index: number) => boolean,
): AnsweredCorpus {
  return {
    sentences: sentences.filter((_, index) => accept(index)),
    answers: answers.filter((_, index) => accept(index)),
  };
}

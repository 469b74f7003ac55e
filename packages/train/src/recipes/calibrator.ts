/**
 * The calibrator (paper 3.1.2): a network, best one that recovers boundaries already, learns from labelled text to correct
 * the answers of a base model: to move, relabel or drop them.
 */
import { Garbler, type Garbling, presets } from '@calibre/garble';
import type { Span } from '@calibre/metrics';
import {
  type CalibratorConfiguration,
  type CalibratorModel,
  CalibratorReader,
  type CalibratorRow,
  calibratorDefaults,
  jointLossWeights,
  type Margins,
  noneLabel,
  type Tokenizer,
} from '@calibre/model';
import { type Estimate, estimateOf, type ReadSentence } from '../answer-counts.js';
import { answerSource } from '../answer-source.js';
import type { ItemSource } from '../batches.js';
import { type CalibratorTaskConfig, calibratorTask, layOutFor } from '../calibrator-task.js';
import type { Checkpoint } from '../checkpoint.js';
import { trainingDefaults } from '../config.js';
import { type DecisionConfig, decisionDefaults, fitDecision } from '../decision.js';
import { fit, type RunOptions } from '../fit.js';
import { beginsInLowerCase, spuriousAnswer } from '../instances.js';
import { type FittedMargins, fitMargins, type MarginRule, scoreMargins } from '../margins.js';
import {
  type AnsweredCorpus,
  type ReadCorpusOptions,
  readCorpus,
  requireAligned,
} from '../read-corpus.js';
import { recoverySource } from '../recovery.js';
import { type LabelledSentence, labelsIn } from '../sentences.js';
import { type Choice, choicesOf, fitTemperature } from '../temperature.js';

/** Shares of the items by where their initial answers come from; sources that are not given count for nothing. */
export interface AnswerShares {
  /** The base model's own answers. */
  readonly base: number;
  /** Gold answers, garbled. */
  readonly garbled: number;
  /** Of these, once more those that begin in lower case: so rare that they would be taken for spurious ones. */
  readonly lowerCase: number;
  /** Answers where there is none. */
  readonly spurious: number;
  /** Boundary recovery on other text, so that it is not forgotten. */
  readonly replay: number;
}

export interface CalibratorConfig extends CalibratorTaskConfig {
  /** Of the heads, where the starting checkpoint has none; its labels are those of the sentences. */
  readonly calibrator: Omit<CalibratorConfiguration, 'labels'>;
  readonly shares: AnswerShares;
  /** Of spurious answers drawn that begin in lower case, the share taken: base models seldom err there. */
  readonly spuriousLowerCase: number;
  /** Steps between two looks at the development set, whose best weights are kept; 0: the last weights are taken. */
  readonly selectEverySteps: number;
  readonly garbling: Garbling;
  /** Longer gold answers are not garbled. */
  readonly maxSpanWords: number;
  /** Words of a passage that are read around an answer. */
  readonly maxWords: number;
  /** By how much an edit must win (decision 0003); null: fitted on the development set by `marginRule`. */
  readonly margins: Margins | null;
  readonly marginRule: MarginRule;
  /** Learned on the development set, it takes the margins' place where cross-validation finds a gain; null: margins alone. */
  readonly decision: DecisionConfig | null;
  /** What scores are divided by, so that they are probabilities; null: fitted on the development set. */
  readonly temperatures: CalibratorConfiguration['temperatures'] | null;
}

export const calibratorTrainingDefaults: CalibratorConfig = {
  ...trainingDefaults,
  steps: 1200, // (guess)
  learningRate: 3e-4, // (guess) half of that from scratch
  calibrator: calibratorDefaults,
  loss: jointLossWeights, // paper 4.3: entityLossWeights (α β γ = .3 .3 .4)
  matchingLoss: { negatives: true }, // paper, literally: false
  maskedShare: 0.15,
  shares: { base: 0.3, garbled: 0.35, lowerCase: 0, spurious: 0.1, replay: 0.25 }, // (guess)
  spuriousLowerCase: 0.15, // (guess)
  selectEverySteps: 200, // paper 4.3
  garbling: presets.table1,
  maxSpanWords: 11, // (guess)
  maxWords: 60, // (guess)
  margins: null, // paper: 0
  marginRule: 'gain',
  decision: decisionDefaults, // paper: null
  temperatures: null, // paper: 1
};

export interface CalibratorOptions extends RunOptions {
  readonly sentences: readonly LabelledSentence[];
  /** The base model's answers to the sentences. Default: none, garbled and spurious ones alone. */
  readonly answers?: readonly (readonly Span[])[] | undefined;
  /** Other text whose spans are recovered as in pre-training. */
  readonly replay?: readonly LabelledSentence[] | undefined;
  /** Text on which temperatures and margins are fitted. Default: none, those of the checkpoint stay. */
  readonly development?: AnsweredCorpus | undefined;
  readonly from: Checkpoint;
  /** Labels that the network may give, besides `NONE`. Default: those of the sentences. */
  readonly labels?: readonly string[] | undefined;
  readonly config?: Partial<CalibratorConfig> | undefined;
}

export interface CalibratorResult {
  readonly checkpoint: Checkpoint;
  /** How the margins in the checkpoint were fitted, where there was a development set. */
  readonly fitted?: FittedMargins;
  /** What the learned decision gives, where it was tried; it is in the checkpoint if that is a gain. */
  readonly learned?: Estimate;
}

/** Fine-tunes a network on labelled sentences; see {@link CalibratorOptions}. */
export async function trainCalibrator(options: CalibratorOptions): Promise<CalibratorResult> {
  const { sentences, from, development, runtime, signal } = options;
  const config: CalibratorConfig = { ...calibratorTrainingDefaults, ...options.config };
  requireAligned(sentences, options.answers);
  requireAligned(development?.sentences, development?.answers);
  const labels = [noneLabel, ...(options.labels ?? labelsIn(sentences))];
  const { tokenizer } = from;
  const calibrator = {
    ...config.calibrator,
    ...from.configuration.calibrator,
    ...(config.margins && { margins: config.margins }),
    ...(config.temperatures && { temperatures: config.temperatures }),
    labels,
  };
  const model: CalibratorModel = { ...from.configuration, calibrator };
  const reader = await CalibratorReader.create(runtime, { model, tokenizer });
  const reading = { tokenizer, signal };
  const judge = (read: readonly ReadSentence[]) =>
    config.margins
      ? scoreMargins(read, { labels, margins: config.margins })
      : fitMargins(read, { labels, seed: config.seed, rule: config.marginRule });
  const sources = sourcesOf(options, { model, tokenizer, config });
  const select = development &&
    config.selectEverySteps > 0 && {
      everySteps: config.selectEverySteps,
      score: async () => judge(await readCorpus(reader, development, reading)).crossValidated,
    };
  try {
    const task = calibratorTask({ model, tokenizer, from, config });
    const stages = [{ name: 'calibrator', untilStep: config.steps, sources }];
    const weights = await fit({ ...task, stages, ...(select && { select }) }, options);
    if (development === undefined)
      return { checkpoint: { configuration: model, weights, tokenizer } };
    for (const [name, tensor] of weights) await runtime.put(name, tensor);
    const temperatures =
      config.temperatures ?? (await fitTemperatures(reader, development, reading));
    const tempered = { ...model, calibrator: { ...calibrator, temperatures } };
    const last = await CalibratorReader.create(runtime, { model: tempered, tokenizer });
    const read = await readCorpus(last, development, reading).finally(() => last.dispose());
    const fitted = judge(read);
    const { margins } = fitted;
    const configuration = { ...tempered, calibrator: { ...tempered.calibrator, margins } };
    const { seed } = config;
    const learned = config.decision && fitDecision(read, { labels, seed, config: config.decision });
    if (learned === null) return { checkpoint: { configuration, weights, tokenizer }, fitted };
    const decision = learned.crossValidated > learned.before ? learned.model : undefined;
    const checkpoint = { configuration, weights, tokenizer, ...(decision && { decision }) };
    return { checkpoint, fitted, learned: estimateOf(learned) };
  } finally {
    await reader.dispose();
  }
}

const sentencesAtOnce = 200; // all candidates of so many are held in memory

/** The temperatures under which what the reader says of a corpus is likeliest. */
async function fitTemperatures(
  reader: CalibratorReader,
  { sentences, answers }: AnsweredCorpus,
  options: ReadCorpusOptions,
): Promise<CalibratorConfiguration['temperatures']> {
  const { labels, temperatures } = reader.model.calibrator;
  const choices: { span: Choice[]; label: Choice[] } = { span: [], label: [] };
  for (let from = 0; from < sentences.length; from += sentencesAtOnce) {
    const part = {
      sentences: sentences.slice(from, from + sentencesAtOnce),
      answers: answers.slice(from, from + sentencesAtOnce),
    };
    const read = await readCorpus(reader, part, { ...options, topK: Infinity });
    const { span, label } = choicesOf(read, { labels });
    choices.span.push(...span);
    choices.label.push(...label);
  }
  return {
    span: temperatures.span * fitTemperature(choices.span),
    label: temperatures.label * fitTemperature(choices.label),
  };
}

function sourcesOf(
  { sentences, answers, replay = [] }: CalibratorOptions,
  {
    model,
    tokenizer,
    config,
  }: { model: CalibratorModel; tokenizer: Tokenizer; config: CalibratorConfig },
): ItemSource<CalibratorRow>[] {
  const { shares } = config;
  const labels = model.calibrator.labels.filter((label) => label !== noneLabel);
  const garbler = new Garbler(config.garbling);
  const layOut = layOutFor(model, tokenizer);
  const withWeight = (weight: number) => ({
    ...config,
    tokenizer,
    layOut,
    labels,
    garbler,
    weight,
  });
  const given = sentences.flatMap((sentence, index) =>
    (answers?.[index] ?? []).map((initial) => ({ sentence, initial })),
  );
  return [
    answerSource(given, ({ initial }) => initial, withWeight(shares.base)),
    recoverySource(sentences, withWeight(shares.garbled)),
    recoverySource(sentences.map(lowerCaseOnly), withWeight(shares.lowerCase)),
    answerSource(
      sentences.map((sentence) => ({ sentence })),
      ({ sentence }, random) =>
        spuriousAnswer(sentence, { random, labels, lowerCaseShare: config.spuriousLowerCase }),
      withWeight(shares.spurious),
    ),
    recoverySource(replay, withWeight(shares.replay)),
  ];
}

const lowerCaseOnly = ({ spans, ...sentence }: LabelledSentence): LabelledSentence => ({
  ...sentence,
  spans: spans.filter(({ start }) => beginsInLowerCase(sentence.words[start] as string)),
});

/**
 * Phrase boundary recovery (paper 3.2): the network learns to find the right span again from a garbled one, in many
 * languages, from text whose spans cost nothing. Gives a checkpoint that `trainCalibrator` goes on from.
 */
import { Garbler, type Garbling, presets } from '@calibre/garble';
import {
  type CalibratorConfiguration,
  type CalibratorModel,
  CalibratorReader,
  type CalibratorRow,
  calibratorDefaults,
  jointLossWeights,
  noneLabel,
  type Tokenizer,
} from '@calibre/model';
import { type CalibratorTaskConfig, calibratorTask, layOutFor } from '../calibrator-task.js';
import type { Checkpoint } from '../checkpoint.js';
import { trainingDefaults } from '../config.js';
import { type FitStage, fit, type RunOptions } from '../fit.js';
import { type NewEncoderConfig, newEncoder, newEncoderDefaults } from '../new-encoder.js';
import { byLanguage, type RecoveryExample, recoverySource } from '../recovery.js';
import { measureRecovery, type RecoveryScores } from '../recovery-scores.js';
import { labelsIn } from '../sentences.js';
import { type LearningOrder, stagesOf } from '../stages.js';

export interface PbrConfig extends CalibratorTaskConfig, NewEncoderConfig {
  /** Of a network trained from scratch; its labels are those of the examples. */
  readonly calibrator: Omit<CalibratorConfiguration, 'labels'>;
  readonly garbling: Garbling;
  readonly maxSpanWords: number;
  /** Words of a passage that are read around a span. */
  readonly maxWords: number;
  readonly order: LearningOrder;
  readonly replayShare: number;
}

export const pbrDefaults: PbrConfig = {
  ...trainingDefaults,
  ...newEncoderDefaults,
  steps: 5000, // (guess) an epoch over 200,000 spans and half of another
  calibrator: calibratorDefaults,
  loss: jointLossWeights, // the paper adds maskedLanguageModel: 1, which needs `wordEmbeddings: 'dense'`
  matchingLoss: { negatives: true }, // paper, literally: false
  maskedShare: 0.15, // paper 3.2.2, as BERT
  garbling: presets.table1, // paper 3.2.2, Table 1
  maxSpanWords: 8, // paper 3.2.1
  maxWords: 60, // (guess) the paper reads whole passages of 50 to 250 words
  order: 'mixed', // (guess) for training from scratch; paper 3.2.3: continual
  replayShare: 0.25, // not given in the paper: docs/decisions/0007
};

export interface PbrOptions extends RunOptions {
  readonly examples: readonly RecoveryExample[];
  /** Text never trained on, for measuring recovery after each stage. */
  readonly heldOut?: readonly RecoveryExample[];
  /** Start of the network: a tokenizer, whose vocabulary is trimmed to the examples, or a checkpoint to go on from. */
  readonly from: { readonly tokenizer: Tokenizer } | Checkpoint;
  /** Words of other text that a new vocabulary should serve too, such as that of fine-tuning. */
  readonly vocabularyWords?: readonly string[];
  readonly config?: Partial<PbrConfig>;
}

export interface PbrResult {
  readonly checkpoint: Checkpoint;
  /** Recovery on the held-out text after each stage. */
  readonly stages: readonly { readonly name: string; readonly recovery: RecoveryScores }[];
}

/** Trains a network to recover spans; the languages are learned in the order in which the examples first have them. */
export async function trainPbr(options: PbrOptions): Promise<PbrResult> {
  const { examples, heldOut = [], runtime } = options;
  const config: PbrConfig = { ...pbrDefaults, ...options.config };
  const network = networkOf(options, config);
  const { model, tokenizer } = network;
  const reader = heldOut.length > 0 ? await CalibratorReader.create(runtime, network) : undefined;
  const stages: PbrResult['stages'][number][] = [];
  const afterStage = async ({ name }: { readonly name: string }) => {
    if (reader === undefined) return;
    const { signal } = options;
    stages.push({
      name,
      recovery: await measureRecovery(reader, heldOut, { ...config, tokenizer, signal }),
    });
  };
  const task = calibratorTask({ ...network, config });
  try {
    const parts = { ...task, stages: fitStages(examples, { ...network, config }), afterStage };
    const weights = await fit(parts, options);
    return { checkpoint: { configuration: model, weights, tokenizer }, stages };
  } finally {
    await reader?.dispose();
  }
}

interface Network {
  readonly model: CalibratorModel;
  readonly tokenizer: Tokenizer;
  readonly from: Checkpoint | undefined;
}

/** The configuration and tokenizer to train: of a checkpoint, or a new network for the examples. */
function networkOf(
  { from, examples, vocabularyWords = [] }: PbrOptions,
  config: PbrConfig,
): Network {
  const labels = [noneLabel, ...labelsIn(examples)];
  const calibrator = { ...config.calibrator, labels };
  if ('configuration' in from) {
    const own = from.configuration;
    const model = { ...own, calibrator: own.calibrator ?? calibrator };
    return { model, tokenizer: from.tokenizer, from };
  }
  const words = [...examples.flatMap((example) => example.words), ...vocabularyWords];
  const { encoder, tokenizer } = newEncoder(config, { tokenizer: from.tokenizer, words });
  return { model: { encoder, tags: [], calibrator }, tokenizer, from: undefined };
}

function fitStages(
  examples: readonly RecoveryExample[],
  {
    config,
    model,
    tokenizer,
  }: Pick<Network, 'model' | 'tokenizer'> & { readonly config: PbrConfig },
): FitStage<CalibratorRow>[] {
  const groups = byLanguage(examples);
  const stages = stagesOf([...groups.keys()], config);
  const labels = model.calibrator.labels.filter((label) => label !== noneLabel);
  const garbler = new Garbler(config.garbling);
  const layOut = layOutFor(model, tokenizer);
  return stages.map(({ name, shares }, index) => ({
    name,
    untilStep: Math.round(((index + 1) * config.steps) / stages.length),
    sources: Object.entries(shares).map(([language, weight]) =>
      recoverySource(groups.get(language) ?? [], {
        ...config,
        garbler,
        tokenizer,
        layOut,
        labels,
        weight,
      }),
    ),
  }));
}

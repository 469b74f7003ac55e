/**
 * Phrase boundary recovery (paper 3.2): the network learns to find the right span again from a garbled one, in many
 * languages, from text whose spans cost nothing. Gives a checkpoint that `trainCalibrator` goes on from.
 */
import { Garbler, type Garbling, presets } from '@calibre/garble';
import {
  buildCalibratorLoss,
  type CalibratorConfiguration,
  type CalibratorLossWeights,
  type CalibratorModel,
  type CalibratorRow,
  calibratorDefaults,
  calibratorFeeds,
  type EncoderSize,
  encoderNames,
  encoderOfSize,
  jointLossWeights,
  maskedLanguageModelParameters,
  maskTokens,
  noneLabel,
  type Tokenizer,
  trimVocabulary,
} from '@calibre/model';
import { type Checkpoint, initialWeights } from '../checkpoint.js';
import { type TrainingConfig, trainingDefaults } from '../config.js';
import { type FitStage, fit, type RunOptions } from '../fit.js';
import { randomOf } from '../random.js';
import { Reader, rowOf } from '../reader.js';
import { byLanguage, type RecoveryExample, recoverySource } from '../recovery.js';
import { measureRecovery, type RecoveryScores } from '../recovery-scores.js';
import { type LearningOrder, stagesOf } from '../stages.js';

export interface PbrConfig extends TrainingConfig {
  /** Of a network trained from scratch. */
  readonly size: EncoderSize;
  /** Pieces of the vocabulary of a network trained from scratch: used so often in the examples, and at most so many. */
  readonly vocabulary: { readonly minCount: number; readonly maxSize: number };
  /** Of a network trained from scratch; its labels are those of the examples. */
  readonly calibrator: Omit<CalibratorConfiguration, 'labels'>;
  readonly loss: CalibratorLossWeights;
  /** Share of passage tokens hidden for masked language modelling, if the loss has that term. */
  readonly maskedShare: number;
  readonly garbling: Garbling;
  readonly maxSpanWords: number;
  /** Words of a passage that are read around a span. */
  readonly maxWords: number;
  readonly order: LearningOrder;
  readonly replayShare: number;
}

export const pbrDefaults: PbrConfig = {
  ...trainingDefaults,
  steps: 5000, // (guess) an epoch over 200,000 spans and half of another
  size: 'small', // (guess)
  vocabulary: { minCount: 2, maxSize: 60_000 }, // (guess)
  calibrator: calibratorDefaults,
  loss: jointLossWeights, // the paper adds maskedLanguageModel: 1, which needs `wordEmbeddings: 'dense'`
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
  const { configuration, tokenizer, from } = networkOf(options, config);
  const { encoder, calibrator } = configuration;
  const masks = (config.loss.maskedLanguageModel ?? 0) > 0;
  const words = masks ? 'dense' : config.wordEmbeddings;
  const weights = initialWeights(configuration, {
    from,
    random: randomOf(config.seed, -4),
    more: masks ? maskedLanguageModelParameters(encoder) : [],
  });

  const reader =
    heldOut.length > 0
      ? await Reader.load(runtime, { model: configuration, tokenizer })
      : undefined;
  const measured: PbrResult['stages'][number][] = [];
  const trained = await fit<CalibratorRow>(
    {
      configuration,
      tokenizer,
      weights,
      network: () =>
        buildCalibratorLoss(configuration, { weights: config.loss, words, dropout: true }),
      rows: words === 'rows' ? rowsOf(encoder) : undefined,
      config,
      stages: fitStages(examples, { config, configuration, tokenizer }),
      itemTokens: (row) => row.inputIds.length,
      feeds: (rows, random) => {
        const feeds = calibratorFeeds(rows, {
          configuration: calibrator,
          encoder,
          pad: tokenizer.special.pad,
        });
        const { special, vocabularySize } = tokenizer;
        return masks
          ? maskTokens(rows, feeds, {
              random,
              maskId: special.mask,
              vocabularySize,
              share: config.maskedShare,
            })
          : feeds;
      },
      afterStage: async ({ name }) => {
        if (reader === undefined) return;
        const recovery = await measureRecovery(reader, heldOut, {
          ...config,
          tokenizer,
          signal: options.signal,
        });
        measured.push({ name, recovery });
      },
    },
    options,
  );
  await reader?.dispose();
  return { checkpoint: { configuration, weights: trained, tokenizer }, stages: measured };
}

/** The configuration and tokenizer to train: of a checkpoint, or a new network for the examples. */
function networkOf(
  { from, examples }: Pick<PbrOptions, 'from' | 'examples'>,
  config: PbrConfig,
): { configuration: CalibratorModel; tokenizer: Tokenizer; from?: Checkpoint } {
  const found = new Set(examples.flatMap(({ spans }) => spans.map(({ label }) => label)));
  const labels = [noneLabel, ...[...found].sort()];
  const calibrator = { ...config.calibrator, labels };
  if ('configuration' in from) {
    const configuration = {
      ...from.configuration,
      calibrator: from.configuration.calibrator ?? calibrator,
    };
    return { configuration, tokenizer: from.tokenizer, from };
  }
  const { tokenizer } = trimVocabulary(
    from.tokenizer,
    examples.flatMap((example) => example.words),
    config.vocabulary,
  );
  const { vocabularySize, special } = tokenizer;
  const encoder = encoderOfSize(config.size, { vocabularySize, padTokenId: special.pad });
  return { configuration: { encoder, tags: [], calibrator }, tokenizer };
}

function fitStages(
  examples: readonly RecoveryExample[],
  {
    config,
    configuration,
    tokenizer,
  }: { config: PbrConfig; configuration: CalibratorModel; tokenizer: Tokenizer },
): FitStage<CalibratorRow>[] {
  const groups = byLanguage(examples);
  const stages = stagesOf([...groups.keys()], config);
  const labels = configuration.calibrator.labels.filter((label) => label !== noneLabel);
  const garbler = new Garbler(config.garbling);
  const row = rowOf(configuration, tokenizer);
  return stages.map(({ name, shares }, index) => ({
    name,
    untilStep: Math.round(((index + 1) * config.steps) / stages.length),
    sources: Object.entries(shares).map(([language, weight]) =>
      recoverySource(groups.get(language) ?? [], {
        ...config,
        garbler,
        tokenizer,
        row,
        labels,
        weight,
      }),
    ),
  }));
}

const rowsOf = (encoder: CalibratorModel['encoder']) => ({
  table: `${encoderNames(encoder).wordEmbeddings}.weight`,
  input: 'wordEmbeddings',
  ids: 'inputIds',
  paddingId: encoder.padTokenId,
});

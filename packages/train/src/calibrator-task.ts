/** What every training of a calibrator's network shares: its loss graph, how items are laid out, how a batch is fed. */
import {
  buildCalibratorLoss,
  type CalibratorItem,
  type CalibratorLossWeights,
  type CalibratorModel,
  type CalibratorRow,
  calibratorFeeds,
  calibratorRow,
  type MatchingLoss,
  maskedLanguageModelParameters,
  maskTokens,
  maxTokens,
  type Tokenizer,
} from '@calibre/model';
import { type Checkpoint, initialWeights } from './checkpoint.js';
import type { TrainingConfig } from './config.js';
import { type FitTask, wordRows } from './fit.js';
import { randomOf } from './random.js';

export interface CalibratorTaskConfig extends TrainingConfig {
  readonly loss: CalibratorLossWeights;
  /** What the matching term, where it has a weight, takes for negatives (decision 0002). */
  readonly matchingLoss: MatchingLoss;
  /** Share of passage tokens hidden for masked language modelling, where the loss has that term. */
  readonly maskedShare: number;
}

export interface CalibratorTaskOptions {
  readonly model: CalibratorModel;
  readonly tokenizer: Tokenizer;
  /** Gives the first weights that it has. */
  readonly from: Checkpoint | undefined;
  readonly config: CalibratorTaskConfig;
}

/** Lays an item out; undefined where it does not fit the encoder. */
export type LayOut = (item: CalibratorItem) => CalibratorRow | undefined;

/** A fit of a calibrator's network, all but its data. Masked language modelling has its decoder tied, so it needs dense embeddings. */
export function calibratorTask({
  model,
  tokenizer,
  from,
  config,
}: CalibratorTaskOptions): Omit<FitTask<CalibratorRow>, 'stages'> {
  const { encoder, calibrator: configuration } = model;
  const { special, vocabularySize } = tokenizer;
  const masks = (config.loss.maskedLanguageModel ?? 0) > 0;
  const words = masks ? 'dense' : config.wordEmbeddings;
  return {
    configuration: model,
    tokenizer,
    config,
    weights: initialWeights(model, {
      from,
      random: randomOf(config.seed, -4),
      more: masks ? maskedLanguageModelParameters(encoder) : [],
    }),
    network: () =>
      buildCalibratorLoss(model, {
        weights: config.loss,
        matching: config.matchingLoss,
        words,
        dropout: true,
        recompute: config.recompute,
      }),
    ...(words === 'rows' && { rows: wordRows(encoder) }),
    itemTokens: (row) => row.inputIds.length,
    feeds: (rows, random) => {
      const feeds = calibratorFeeds(rows, { configuration, encoder, pad: special.pad });
      const options = { random, maskId: special.mask, vocabularySize, share: config.maskedShare };
      return masks ? maskTokens(rows, feeds, options) : feeds;
    },
  };
}

/** Lays items out for a network. */
export function layOutFor(
  { encoder, calibrator: configuration }: CalibratorModel,
  { layout }: Tokenizer,
): LayOut {
  const options = { configuration, layout, maxTokens: maxTokens(encoder) };
  return (item) => calibratorRow(item, options);
}

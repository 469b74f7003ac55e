/**
 * The paper read literally, as configurations: `trainPbr({ config: paperPbr, … })` from a pretrained checkpoint, then
 * `trainCalibrator({ config: paperCalibratorTraining, … })`. Whoever wants its in-sample answers gives those (decision 0005).
 */
import { entityLossWeights, paperCalibrator } from '@calibre/model';
import type { TrainingConfig } from '../config.js';
import { type CalibratorConfig, calibratorTrainingDefaults } from './calibrator.js';
import { type PbrConfig, pbrDefaults } from './pbr.js';

const paperTraining = {
  learningRate: 3e-5, // (guess) for a pretrained encoder: docs/decisions/0008
  betas: [0.9, 0.999], // (guess) those of Hugging Face's AdamW
  wordEmbeddings: 'dense',
} as const satisfies Partial<TrainingConfig>;

/** Phrase boundary recovery (3.2) with masked language modelling, language after language. */
export const paperPbr: PbrConfig = {
  ...pbrDefaults,
  ...paperTraining,
  calibrator: paperCalibrator, // tokens, the linear matching form, margins of 0
  loss: { ...entityLossWeights, maskedLanguageModel: 1 }, // 4.3: α β γ = .3 .3 .4; 3.2.2
  matchingLoss: { negatives: false }, // eq 12, as printed
  maxWords: 250, // 3.2.1: whole passages
  order: 'continual', // 3.2.3
};

/** Fine-tuning (3.1) on a base model's answers and garbled gold ones; nothing is fitted on the development set. */
export const paperCalibratorTraining: CalibratorConfig = {
  ...calibratorTrainingDefaults,
  ...paperTraining,
  calibrator: paperCalibrator,
  loss: entityLossWeights, // 4.3
  matchingLoss: { negatives: false }, // eq 12, as printed
  shares: { base: 0.5, garbled: 0.5, lowerCase: 0, spurious: 0, replay: 0 }, // (guess) the paper gives no shares
  maxSpanWords: 8, // 3.2.1
  maxWords: 250,
  margins: { move: 0, drop: 0, relabel: 0 },
  decision: null,
  temperatures: { span: 1, label: 1 },
};

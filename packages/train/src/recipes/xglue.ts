/**
 * The whole way on XGLUE's named entities: recover boundaries in Wikipedia, fine-tune on English and on silver text of the
 * other languages, learn the decision, adapt to a few target sentences, and measure what became of a base model's answers.
 */
import type { Runtime } from '@calibre/graph';
import type { Tokenizer } from '@calibre/model';
import type { CalibrationScores } from '../calibration-scores.js';
import type { FitRecord } from '../fit.js';
import type { AnsweredCorpus } from '../read-corpus.js';
import type { RecoveryExample } from '../recovery.js';
import type { LabelledSentence } from '../sentences.js';
import { type AdaptConfig, adaptDefaults } from './adapt.js';
import { type CalibratorConfig, calibratorTrainingDefaults } from './calibrator.js';
import { type PbrConfig, pbrDefaults } from './pbr.js';
import { type TaggerConfig, taggerDefaults } from './tagger.js';

export interface XglueConfig {
  /** The whole way is gone once with each. */
  readonly seeds: readonly number[];
  readonly recovery: PbrConfig;
  readonly calibrator: CalibratorConfig;
  readonly tagger: TaggerConfig;
  readonly adapt: AdaptConfig;
  /** Silver sentences of each language but English that are fine-tuned on beside the English ones. */
  readonly silverSentences: number;
  /** Target sentences adapted to, drawn from one half of a development set and measured on the other. */
  readonly correctedSentences: readonly number[];
}

// Guesses where the recipes' own defaults are not taken: docs/experiments.md.
export const xglueDefaults: XglueConfig = {
  seeds: [1, 2, 3],
  recovery: {
    ...pbrDefaults,
    steps: 3000, // 280,000 spans, as many as in the experiment
    schedule: 'linear',
    maxSpanWords: 11,
    garbling: { ...pbrDefaults.garbling, relabelled: 0.2 },
  },
  calibrator: {
    ...calibratorTrainingDefaults,
    schedule: 'linear',
    shares: { base: 0, garbled: 0.44, lowerCase: 0.08, spurious: 0.25, replay: 0.23 },
    garbling: { ...calibratorTrainingDefaults.garbling, relabelled: 0.2 },
    selectEverySteps: 0,
    marginRule: 'no harm', // the English margins serve other languages
  },
  tagger: { ...taggerDefaults, steps: 800, learningRate: 3e-4, schedule: 'linear' },
  adapt: adaptDefaults,
  silverSentences: 20_000, // all there are
  correctedSentences: [100, 500],
};

export interface XglueData {
  /** Text with link spans. */
  readonly links: readonly RecoveryExample[];
  /** Whole sentences labelled by machine, English and others. */
  readonly silver: readonly RecoveryExample[];
  /** Labelled English text. */
  readonly train: readonly LabelledSentence[];
  /** By language, `en` among them: development text and the base model's answers. */
  readonly development: Readonly<Record<string, AnsweredCorpus>>;
  /** Of a new network, trimmed to the text. */
  readonly tokenizer: Tokenizer;
}

export interface XglueOptions {
  readonly data: XglueData;
  /** Results and training states; what is found here is not made again unless its inputs changed. */
  readonly folder: string;
  readonly runtime: Runtime;
  readonly config?: Partial<XglueConfig> | undefined;
  readonly onStage?: ((name: string) => void) | undefined;
  readonly onRecord?: ((record: FitRecord) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Scores by language. */
export type ScoresByLanguage = Readonly<Record<string, CalibrationScores>>;

/** What one seed came to. */
export interface XglueScores {
  readonly seed: number;
  /** The decision learned on English alone. */
  readonly zeroShot: ScoresByLanguage;
  /** The decision learned on the language's own development set too, by cross-validation. */
  readonly crossValidated: ScoresByLanguage;
  /** The same of the answers of a tagger trained here on English. */
  readonly ownTagger: ScoresByLanguage;
  /** By the number of corrected sentences: adapted to some of one half of the development set, measured on the other. */
  readonly adapted: Readonly<Record<number, ScoresByLanguage>>;
}

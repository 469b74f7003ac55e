export type { Estimate, ReadSentence } from './answer-counts.js';
export { type AnswerSourceOptions, answerSource } from './answer-source.js';
export {
  type BatchOptions,
  type BucketOptions,
  batches,
  bucket,
  type Cursor,
  type CursorBatch,
  type ItemSource,
} from './batches.js';
export {
  type BoostingConfig,
  type BoostingRows,
  boostingDefaults,
  boostTrees,
} from './boosting/boost-trees.js';
export {
  answersOf,
  type CalibrationScores,
  readWith,
  scoreCalibration,
} from './calibration-scores.js';
export {
  type CalibratorTaskConfig,
  type CalibratorTaskOptions,
  calibratorTask,
  type LayOut,
  layOutFor,
} from './calibrator-task.js';
export {
  type Checkpoint,
  initialWeights,
  loadCheckpoint,
  saveCheckpoint,
  type Tensors,
} from './checkpoint.js';
export {
  type OptimizerConfig,
  scheduleOf,
  type TrainingConfig,
  trainingDefaults,
} from './config.js';
export {
  type DecisionConfig,
  decisionDefaults,
  type FitDecisionOptions,
  type FittedDecision,
  fitDecision,
  statisticsOf,
} from './decision.js';
export { DivergenceError } from './divergence.js';
export { type FitRecord, type FitStage, type FitTask, fit, type RunOptions } from './fit.js';
export {
  foldsOf,
  type OutOfFoldOptions,
  outOfFoldPredictions,
} from './folds.js';
export { goldFor, spuriousAnswer } from './instances.js';
export { openLog, type StepRecord } from './log.js';
export {
  type FitMarginsOptions,
  type FittedMargins,
  fitMargins,
  type MarginRule,
  scoreMargins,
} from './margins.js';
export { type NewEncoderConfig, newEncoder, newEncoderDefaults } from './new-encoder.js';
export type { RowsTable, TrainerOptions } from './programs.js';
export { type Random, randomOf } from './random.js';
export {
  type AnsweredCorpus,
  type ReadCorpusOptions,
  readCorpus,
  statisticsOfCorpus,
} from './read-corpus.js';
export {
  type AdaptConfig,
  type AdaptOptions,
  type AdaptResult,
  type AdaptTraining,
  adaptCalibrator,
  adaptDefaults,
} from './recipes/adapt.js';
export {
  type AnswerShares,
  type CalibratorConfig,
  type CalibratorOptions,
  type CalibratorResult,
  calibratorTrainingDefaults,
  trainCalibrator,
} from './recipes/calibrator.js';
export { type LearningPoint, learningCurve } from './recipes/learning-curve.js';
export { paperCalibratorTraining, paperPbr } from './recipes/paper.js';
export {
  type PbrConfig,
  type PbrOptions,
  type PbrResult,
  pbrDefaults,
  trainPbr,
} from './recipes/pbr.js';
export { runXglue } from './recipes/run-xglue.js';
export {
  type TaggerConfig,
  type TaggerOptions,
  taggerDefaults,
  trainTagger,
} from './recipes/tagger.js';
export {
  type ScoresByLanguage,
  type XglueConfig,
  type XglueData,
  type XglueOptions,
  type XglueScores,
  xglueDefaults,
} from './recipes/xglue.js';
export {
  type Change,
  type Goal,
  goalsTable,
  type Reached,
  reachedGoals,
  xglueGoals,
} from './recipes/xglue-goals.js';
export {
  type RecoveryExample,
  recoverableSpans,
  recoverySource,
  type SpanLimits,
} from './recovery.js';
export {
  measureRecovery,
  type RecoveryOptions,
  type RecoveryScore,
  type RecoveryScores,
} from './recovery-scores.js';
export { type Schedule, type ScheduleConfig, schedule } from './schedules.js';
export type { SelectOptions } from './selection.js';
export type { LabelledSentence } from './sentences.js';
export { latestSnapshot, type Snapshot, writeSnapshot } from './snapshots.js';
export {
  fingerprintOf,
  StageFolder,
  type StageInputs,
  type StageResult,
} from './stage-folder.js';
export { type LearningOrder, type Stage, type StageOptions, stagesOf } from './stages.js';
export { taggerOn } from './tagger.js';
export { type Choice, choicesOf, fitTemperature } from './temperature.js';
export { type EventFileOptions, openEventFile } from './tensorboard.js';
export { type TrainingRecord, type TrainOptions, train } from './train.js';
export {
  type MicroBatch,
  type StepResult,
  Trainer,
  type TrainerState,
} from './trainer.js';

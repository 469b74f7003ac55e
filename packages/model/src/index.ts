export type { AnsweredSentence } from './calibrator/answered-sentence.js';
export { calibratorFeeds } from './calibrator/batch.js';
export type {
  CalibratedSpan,
  Decision,
  DecisionScores,
  ReadAnswer,
} from './calibrator/calibrated-span.js';
export {
  type CalibratedSentence,
  type CalibrateOptions,
  type CalibrateTextOptions,
  Calibrator,
  type StreamOptions,
} from './calibrator/calibrator.js';
export { type DecideOptions, decide, decideAll } from './calibrator/decide.js';
export {
  type CalibratorScores,
  type Reading,
  readings,
  type ScoredAnswer,
  type ScoredPair,
  scoredPairs,
} from './calibrator/decode.js';
export { type MaskingOptions, maskTokens } from './calibrator/masking.js';
export { CalibratorReader, type ReaderOptions, type ReadOptions } from './calibrator/reader.js';
export {
  type CalibratorItem,
  type CalibratorRow,
  calibratorRow,
  forEachCandidate,
  type RowOptions,
  type UnitPair,
} from './calibrator/row.js';
export { bestDisjoint, type Interval } from './calibrator/select.js';
export { finalAnswers } from './calibrator/settle.js';
export { type Window, windowAround } from './calibrator/window.js';
export { AnsweredPassage } from './decision/answered-passage.js';
export { probability, type TreeNodes } from './decision/boosted-trees.js';
export { type Candidate, candidatesOf } from './decision/candidates.js';
export {
  type DecideByModelOptions,
  type DeciderOptions,
  decideByModel,
  decider,
  type ReadPassage,
} from './decision/decide-by-model.js';
export {
  type DecisionModel,
  type DecisionRows,
  readDecision,
  writeDecision,
} from './decision/decision-model.js';
export { type DecisionContext, decisionFeatures, featuresOf } from './decision/features.js';
export { TextStatistics } from './decision/text-statistics.js';
export { exportOnnx, type OnnxOptions, writeOnnx } from './export/export-onnx.js';
export {
  type CheckpointContent,
  type CheckpointFiles,
  openCheckpoint,
  writeCheckpoint,
} from './files/checkpoint.js';
export {
  openSafetensors,
  type StoredTensor,
  type TensorStore,
  type TensorToStore,
  writeSafetensors,
} from './files/safetensors.js';
export { openWeights } from './files/weights.js';
export { settleFolder, writeBeside, writeFolder } from './files/write-beside.js';
export type { NetworkOptions } from './network/builder.js';
export {
  buildCalibratorLoss,
  type CalibratorLossOptions,
  type CalibratorLossWeights,
  entityLossWeights,
  jointLossWeights,
  type MatchingLoss,
  readingLossWeights,
} from './network/calibrator-losses.js';
export { buildCalibratorScores, calibratorParameters } from './network/calibrator-network.js';
export {
  type CalibratorConfiguration,
  type CalibratorModel,
  type CandidateSet,
  type Configuration,
  calibratorDefaults,
  hasCalibrator,
  type Margins,
  type MatchingConfiguration,
  noneLabel,
  type PairScore,
  paperCalibrator,
  readConfiguration,
  type TaggerConfiguration,
  type Unit,
  writeConfiguration,
} from './network/configuration.js';
export { buildEncoder, encoderParameters } from './network/encoder.js';
export {
  type Activation,
  type EncoderConfiguration,
  type EncoderSize,
  encoderOfSize,
  encoderSizes,
  type ModelType,
  maxTokens,
  modelTypes,
} from './network/encoder-configuration.js';
export { encoderNames } from './network/encoder-names.js';
export { type Feeds, ignoredLabel, pickFeeds } from './network/feeds.js';
export {
  buildNextSentenceScores,
  buildQuestionAnsweringLoss,
  buildQuestionAnsweringScores,
  buildTaggerLoss,
  buildTaggerScores,
  nextSentenceParameters,
  questionAnsweringParameters,
  taggerParameters,
} from './network/heads.js';
export {
  type DeviceOptions,
  Encoder,
  type EncoderInput,
  type EncoderOutput,
  loadEncoder,
  putParameters,
} from './network/load-encoder.js';
export {
  buildMaskedLanguageModelLoss,
  buildMaskedLanguageModelScores,
  maskedLanguageModelParameters,
} from './network/masked-language-model.js';
export {
  loadParameters,
  matchParameters,
  type ParameterMatch,
  type ParameterStore,
} from './network/match-parameters.js';
export {
  initialParameters,
  type ParameterSpecification,
  type Start,
  type TensorValues,
} from './network/parameters.js';
export { poolerParameters } from './network/pooler.js';
export { positionIds } from './network/positions.js';
export {
  type TaggerRow,
  type TaggerRowOptions,
  taggerFeeds,
  taggerRows,
} from './network/tagger-rows.js';
export { type TokenizedWords, tokenizeWords } from './network/tokenized-words.js';
export { trimParameters } from './network/trim-parameters.js';
export { type WordShape, wordShape, wordShapes } from './network/word-shape.js';
export { type BaseModel, specificationVersion } from './plugins/base-model.js';
export { type TrainedTagger, trainedTagger } from './plugins/trained-tagger.js';
export {
  loadTokenizer,
  readTokenizer,
  type TokenizerOptions,
} from './tokenizers/load-tokenizer.js';
export { createTokenizer } from './tokenizers/pipeline.js';
export type { TokenizerSpecification } from './tokenizers/specification.js';
export type {
  EncodedWindow,
  Encoding,
  SpecialIds,
  Tokenizer,
  TokenizerFiles,
  TrimmedTokenizer,
  WordEncoding,
} from './tokenizers/tokenizer.js';
export { trainWordPiece } from './tokenizers/train-word-piece.js';
export { trimVocabulary } from './tokenizers/trim-vocabulary.js';
export { wordPieceSpecification } from './tokenizers/word-piece.js';
export {
  parseMerges,
  parseXlmVocabulary,
  xlmReserved,
  xlmSpecial,
} from './tokenizers/xlm/vocabulary.js';
export type { WordSplitter, XlmParts } from './tokenizers/xlm/xlm-segmenter.js';
export { splitWordsByUnicode } from './tokenizers/xlm/xlm-segmenter.js';
export { createXlmTokenizer } from './tokenizers/xlm/xlm-tokenizer.js';

export {
  type AlignMode,
  toCharSpans,
  toCodePointSpans,
  toUtf16Spans,
  toWordSpans,
  type Unaligned,
  type WordOffsets,
} from './align.js';
export {
  type AnswerItem,
  type AnswerScore,
  type AnswerScores,
  type AnswerTotals,
  scoreAnswers,
} from './answers.js';
export {
  type Change,
  type Comparison,
  compareSystems,
  type Outcome,
  type OutcomeCounts,
} from './compare.js';
export {
  type Confusion,
  type ConfusionExample,
  type Diagnosis,
  diagnose,
} from './diagnose.js';
export {
  type EntityOptions,
  EntityScorer,
  scoreEntities,
  scoreTags,
  type TagScoreOptions,
  TagScorer,
  type TagScores,
} from './entities.js';
export {
  analyzeErrors,
  CATEGORIES,
  type Category,
  type CategoryCounts,
  type ErrorAnalysis,
  type ErrorOptions,
  type JudgedSpan,
  type MissedSpan,
} from './errors.js';
export { locateMentions, type Mention, type MissingMention } from './locate.js';
export {
  ANSWER_LANGUAGES,
  type AnswerLanguage,
  type AnswerProtocol,
  normalizeAnswer,
} from './normalize.js';
export { type OracleScores, oracleScores } from './oracle.js';
export {
  type BootstrapResult,
  bootstrapTest,
  type PermutationResult,
  permutationTest,
  type Random,
  type ResamplingOptions,
} from './resampling.js';
export { type Dialect, detectScheme, SCHEMES, type Scheme } from './schemes.js';
export type { EntityScores, Scores, ZeroDivision } from './scores.js';
export { mcnemar, pairedT, summarizeRuns, wilcoxon } from './significance.js';
export type { Span } from './span.js';
export {
  SCHEMAS,
  type Schema,
  type SchemaScores,
  type SpanScoreOptions,
  type SpanScores,
  scoreSpans,
} from './span-scores.js';
export { convertTags, formatTags, parseTags, type TagOptions } from './tags.js';

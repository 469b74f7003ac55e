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
  type MissedSpan,
  type PredictionError,
} from './errors.js';
export { type OracleScores, oracleScores } from './oracle.js';
export { type Dialect, detectScheme, SCHEMES, type Scheme } from './schemes.js';
export type { EntityScores, Scores, ZeroDivision } from './scores.js';
export type { Span } from './span.js';
export { convertTags, formatTags, parseTags, type TagOptions } from './tags.js';

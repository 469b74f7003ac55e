export type { TextSource } from './lines.js';
export { type ConllOptions, parseConll, readConll } from './reader.js';
export { type ConllSentence, columnOf, withColumn } from './sentence.js';
export { formatSpans, readSpans, type SpanSentence } from './spans.js';
export { formatConll, writeConll } from './writer.js';
export { scoreXglue, type XglueScores } from './xglue.js';

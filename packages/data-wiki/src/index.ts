export { type ExtractOptions, extractPassages } from './extract.js';
export { readJsonLines, toJsonLine, writeJsonLines } from './jsonl.js';
export { DEFAULT_RULES, type ExtractionRules, type PageFilter } from './options.js';
export {
  type Anchor,
  anchorText,
  type LabelledWords,
  type Passage,
  toLabelledWords,
  type Word,
} from './passage.js';
export { isSpaced, splitWords } from './words.js';

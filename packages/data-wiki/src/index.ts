export { splitWords } from '@calibre/metrics/words';
export type { Damage } from './dump/open.js';
export { DEFAULT_RULES, type ExtractionRules, type PageFilter } from './options.js';
export { readPassages, writePassages } from './output/formats.js';
export { readJsonLines, toJsonLine, writeJsonLines } from './output/json-lines.js';
export { type PassageStatistics, passageStatistics } from './output/statistics.js';
export {
  type Anchor,
  anchorText,
  type LabelledWords,
  type Passage,
  toLabelledWords,
} from './passage.js';
export { type DumpSource, type ExtractOptions, extractPassages } from './run/extract.js';
export { type ExtractToFileOptions, extractToFile, type Manifest } from './run/extract-to-file.js';
export { extractUnit, planExtraction } from './run/extract-unit.js';
export type { ExtractionReport, Progress } from './run/run.js';
export type { UnitResult, UnitRunner } from './run/step.js';
export type { Unit, UnitReport } from './run/unit.js';

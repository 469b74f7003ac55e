export { formatComparison, formatSystems } from './comparison.js';
export { formatDiagnosis } from './diagnosis.js';
export type { TextFormat } from './format.js';
export { formatReport, type ReportFormat, type ReportOptions } from './scores.js';

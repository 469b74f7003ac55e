export { type EstimateOptions, estimateGarbling } from './estimate.js';
export { type GarbledAnswer, type GarbleOptions, Garbler } from './garbler.js';
export {
  type EditProbability,
  type EditRow,
  type Garbling,
  type LabelRow,
  parseGarbling,
  serializeGarbling,
} from './garbling.js';
export { withKeepShare } from './keep-share.js';
export {
  applyEdit,
  type Edit,
  editBetween,
  type Interval,
  type Operation,
  operations,
} from './operation.js';
export { presets } from './presets.js';
export { type Random, seededRandom } from './random.js';
export { formatGarbling } from './table.js';

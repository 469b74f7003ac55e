/**
 * Gradient boosting of decision trees for a yes-or-no question (Friedman 2001): each tree takes one Newton step of the log
 * loss, split by split where the gain is greatest, over histograms of the features' quantiles (as LightGBM, Ke et al. 2017).
 */
import type { TreeNodes } from '@calibre/model';
import { binRows, quantiles } from './bins.js';
import { type TreeConfig, TreeGrower } from './grow-tree.js';
import { NodeList } from './node-list.js';

export interface BoostingConfig extends TreeConfig {
  readonly trees: number;
}

// LightGBM's defaults, but for half the leaves.
export const boostingDefaults: BoostingConfig = {
  trees: 100,
  leaves: 15,
  learningRate: 0.1,
  leastRows: 30,
  l2: 1,
};

export interface BoostingRows {
  /** [N, F] */
  readonly features: Float32Array;
  /** [N]: 1 for yes. */
  readonly targets: Uint8Array;
  /** [N]; default: 1 each. */
  readonly weights?: Float32Array | undefined;
}

/**
 * Where there are no rows, yes is as likely as no.
 * @throws RangeError where the features are not a whole number of columns
 */
export function boostTrees(
  { features, targets, weights }: BoostingRows,
  config: BoostingConfig = boostingDefaults,
): TreeNodes {
  const N = targets.length;
  const F = N === 0 ? 0 : features.length / N;
  if (!Number.isInteger(F))
    throw new RangeError(
      `boosting: features must be [N, F] for the N targets, got ${features.length} values for ${N} rows; give a row for each target`,
    );
  const edges = Array.from({ length: F }, (_, f) => quantiles(features, { f, F }));
  const binned = binRows(features, edges);
  const nodes = new NodeList();
  const weightOf = (row: number) => weights?.[row] ?? 1;
  const prior = priorOdds(targets, weightOf);
  nodes.setValue(nodes.addRoot(), prior);
  const odds = new Float64Array(N).fill(prior);
  const gradient = new Float64Array(N);
  const curvature = new Float64Array(N);
  const rows = Uint32Array.from({ length: N }, (_, row) => row);
  const trees = F === 0 ? 0 : config.trees;
  for (let tree = 0; tree < trees; tree++) {
    for (let row = 0; row < N; row++) {
      const p = 1 / (1 + Math.exp(-(odds[row] as number)));
      const weight = weightOf(row);
      gradient[row] = weight * (p - (targets[row] as number));
      curvature[row] = weight * p * (1 - p);
    }
    const grower = new TreeGrower({ binned, edges, rows, gradient, curvature, config, nodes });
    for (const { from, to, value } of grower.grow())
      for (let place = from; place < to; place++) {
        const row = rows[place] as number;
        odds[row] = (odds[row] as number) + value;
      }
  }
  return nodes.toArrays();
}

/** Log-odds of yes in all rows and one of each kind more, so that they are finite. */
function priorOdds(targets: Uint8Array, weightOf: (row: number) => number): number {
  let [yes, no] = [1, 1];
  for (const [row, target] of targets.entries())
    if (target === 1) yes += weightOf(row);
    else no += weightOf(row);
  return Math.log(yes / no);
}

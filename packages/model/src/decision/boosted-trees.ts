/** Boosted decision trees (Friedman 2001) as they are stored and asked. Learning them is `@calibre/train`'s. */

/** All nodes of all trees, one after another. A node whose `feature` is −1 is a leaf and gives its `value`. */
export interface TreeNodes {
  readonly feature: Int32Array;
  /** Rows with a value up to this go left. */
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly value: Float32Array;
  /** The first node of each tree. */
  readonly roots: Int32Array;
}

/** The sum of the trees' values: the log-odds that the row is a right answer. */
export function logOdds(nodes: TreeNodes, row: ArrayLike<number>): number {
  const { feature, threshold, left, right, value, roots } = nodes;
  let sum = 0;
  for (let node of roots) {
    for (let split = feature[node] as number; split >= 0; split = feature[node] as number)
      node = ((row[split] as number) <= (threshold[node] as number) ? left : right)[node] as number;
    sum += value[node] as number;
  }
  return sum;
}

export const probability = (nodes: TreeNodes, row: ArrayLike<number>): number =>
  1 / (1 + Math.exp(-logOdds(nodes, row)));

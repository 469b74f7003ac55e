/** One tree, grown leaf by leaf where a split gains most (Ke et al. 2017, leaf-wise growth). */
import { bins } from './bins.js';
import type { NodeList } from './node-list.js';

export interface TreeConfig {
  /** Leaves of a tree at most. */
  readonly leaves: number;
  readonly learningRate: number;
  /** Rows in a leaf at least. */
  readonly leastRows: number;
  /** Added to the curvature of a leaf: pulls its value to 0. */
  readonly l2: number;
}

export interface GrowerParts {
  /** [N, F]: the bin of each value; see `binRows`. */
  readonly binned: Uint8Array;
  /** Upper edges of the bins, by feature. */
  readonly edges: readonly Float32Array[];
  /** The N rows, which the tree puts into the order of its leaves. */
  readonly rows: Uint32Array;
  /** [N]: first and second derivatives of the loss by the log-odds. */
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
  readonly config: TreeConfig;
  /** What the tree's nodes are added to. */
  readonly nodes: NodeList;
}

interface Leaf {
  /** Its rows are places [from, to). */
  readonly from: number;
  readonly to: number;
  readonly node: number;
  readonly sums: Float64Array; // [F, bins, 3]: gradient, curvature, rows
  readonly value: number;
  readonly split: Split | undefined;
}

interface Split {
  readonly feature: number;
  /** Rows of bins up to this go left. */
  readonly bin: number;
  readonly gain: number;
}

export class TreeGrower {
  readonly #F: number;

  constructor(readonly parts: GrowerParts) {
    this.#F = parts.edges.length;
  }

  /** Adds the tree to the nodes; its leaves with their values. */
  grow(): readonly Leaf[] {
    const { rows, nodes, config, edges } = this.parts;
    const root = nodes.addRoot();
    const leaves = [
      this.#leaf({ from: 0, to: rows.length, node: root }, this.#sums(0, rows.length)),
    ];
    while (leaves.length < config.leaves) {
      const best = leaves.reduce((a, b) => ((b.split?.gain ?? 0) > (a.split?.gain ?? 0) ? b : a));
      if (best.split === undefined) break;
      const { feature, bin } = best.split;
      const [left, right] = nodes.split(best.node, {
        feature,
        threshold: (edges[feature] as Float32Array)[bin] as number,
      });
      const middle = this.#partition(best, best.split);
      const leftIsSmaller = middle - best.from <= best.to - middle;
      const small = leftIsSmaller ? this.#sums(best.from, middle) : this.#sums(middle, best.to);
      const large = best.sums.map((sum, cell) => sum - (small[cell] as number));
      const [ofLeft, ofRight] = leftIsSmaller ? [small, large] : [large, small];
      leaves.splice(
        leaves.indexOf(best),
        1,
        this.#leaf({ from: best.from, to: middle, node: left }, ofLeft),
        this.#leaf({ from: middle, to: best.to, node: right }, ofRight),
      );
    }
    for (const { node, value } of leaves) nodes.setValue(node, value);
    return leaves;
  }

  #leaf(place: Pick<Leaf, 'from' | 'to' | 'node'>, sums: Float64Array): Leaf {
    const { l2, learningRate } = this.parts.config;
    const [gradient, curvature] = totals(sums);
    return {
      ...place,
      sums,
      value: (-learningRate * gradient) / (curvature + l2),
      split: this.#bestSplit(sums),
    };
  }

  /** Of every feature and bin, over the rows at places [from, to). */
  #sums(from: number, to: number): Float64Array {
    const { binned, rows, gradient, curvature } = this.parts;
    const F = this.#F;
    const sums = new Float64Array(F * bins * 3);
    for (let place = from; place < to; place++) {
      const row = rows[place] as number;
      const [g, h] = [gradient[row] as number, curvature[row] as number];
      for (let f = 0, at = row * F; f < F; f++, at++) {
        const cell = 3 * (f * bins + (binned[at] as number));
        sums[cell] = (sums[cell] as number) + g;
        sums[cell + 1] = (sums[cell + 1] as number) + h;
        sums[cell + 2] = (sums[cell + 2] as number) + 1;
      }
    }
    return sums;
  }

  #bestSplit(sums: Float64Array): Split | undefined {
    const { l2, leastRows } = this.parts.config;
    const [G, H, count] = totals(sums);
    const worth = (g: number, h: number) => (g * g) / (h + l2);
    let best: Split | undefined;
    for (let feature = 0; feature < this.#F; feature++) {
      let [g, h, n] = [0, 0, 0];
      for (let bin = 0; bin < bins - 1; bin++) {
        const cell = 3 * (feature * bins + bin);
        g += sums[cell] as number;
        h += sums[cell + 1] as number;
        n += sums[cell + 2] as number;
        if (n < leastRows) continue;
        if (count - n < leastRows) break;
        const gain = worth(g, h) + worth(G - g, H - h) - worth(G, H);
        if (gain > (best?.gain ?? 1e-9)) best = { feature, bin, gain };
      }
    }
    return best;
  }

  /** Orders a leaf's rows, those that go left first, and keeps their order otherwise; the place of the first that goes right. */
  #partition({ from, to }: Leaf, { feature, bin }: Split): number {
    const { binned, rows } = this.parts;
    const goesLeft = (row: number) => (binned[row * this.#F + feature] as number) <= bin;
    const part = rows.slice(from, to);
    const left = part.filter(goesLeft);
    rows.set(left, from);
    rows.set(
      part.filter((row) => !goesLeft(row)),
      from + left.length,
    );
    return from + left.length;
  }
}

/** Gradient, curvature and rows of a leaf: the sums over the first feature's bins. */
function totals(sums: Float64Array): [number, number, number] {
  const total: [number, number, number] = [0, 0, 0];
  for (let cell = 0; cell < 3 * bins; cell++)
    total[cell % 3] = (total[cell % 3] as number) + (sums[cell] as number);
  return total;
}

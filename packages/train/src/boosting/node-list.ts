import type { TreeNodes } from '@calibre/model';

interface Node {
  feature: number;
  threshold: number;
  left: number;
  right: number;
  value: number;
}

/** Nodes of the trees made so far; each begins as a leaf. */
export class NodeList {
  readonly #nodes: Node[] = [];
  readonly #roots: number[] = [];

  addRoot(): number {
    const root = this.#add();
    this.#roots.push(root);
    return root;
  }

  /** The nodes left and right of a new split. */
  split(node: number, split: Pick<Node, 'feature' | 'threshold'>): [left: number, right: number] {
    const [left, right] = [this.#add(), this.#add()];
    Object.assign(this.#nodes[node] as Node, split, { left, right });
    return [left, right];
  }

  setValue(node: number, value: number): void {
    (this.#nodes[node] as Node).value = value;
  }

  toArrays(): TreeNodes {
    const all = (name: keyof Node) => this.#nodes.map((node) => node[name]);
    return {
      feature: Int32Array.from(all('feature')),
      threshold: Float32Array.from(all('threshold')),
      left: Int32Array.from(all('left')),
      right: Int32Array.from(all('right')),
      value: Float32Array.from(all('value')),
      roots: Int32Array.from(this.#roots),
    };
  }

  #add(): number {
    return this.#nodes.push({ feature: -1, threshold: 0, left: -1, right: -1, value: 0 }) - 1;
  }
}

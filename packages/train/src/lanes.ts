/**
 * Runtimes that compute gradients side by side, since on the CPU two sessions of one thread are faster than one of two. Each
 * has all weights that the network reads. It owns a part of them: there the gradients of all lanes are added up, the
 * optimizer's state lives, and the new weights come from.
 */
import {
  type CompileOptions,
  compile,
  Graph,
  gradientName,
  type Program,
  Runtime,
} from '@calibre/graph';

type Shapes = ReadonlyMap<string, readonly number[]>;
type Rename = (parameter: string) => string;

const own: Rename = (parameter) => parameter;
/** What another lane's owner calls the gradient of lane `lane`. */
const foreign =
  (lane: number): Rename =>
  (parameter) =>
    `${gradientName(parameter)}@${lane}`;

export class Lanes {
  /** The first is the one given. */
  readonly runtimes: readonly Runtime[];
  /** The parameters that each owns: about as many numbers. */
  readonly parts: readonly Shapes[];
  /** On each, what gives the others its new weights. */
  readonly #copies: readonly Program[];

  private constructor(
    runtimes: readonly Runtime[],
    { parts, copies }: { parts: readonly Shapes[]; copies: readonly Program[] },
  ) {
    this.runtimes = runtimes;
    this.parts = parts;
    this.#copies = copies;
  }

  /** Starts `count` − 1 runtimes beside the first; none but on the CPU, and never more than it has threads. */
  static async start(
    first: Runtime,
    { count, parameters }: { readonly count: number; readonly parameters: Shapes },
  ): Promise<Lanes> {
    const most = Math.min(count, first.threads, parameters.size);
    const used = first.device === 'cpu' ? Math.max(1, most) : 1;
    const threads = Math.floor(first.threads / used);
    const others = Array.from({ length: used - 1 }, () => Runtime.start({ threads }));
    const runtimes = [first, ...(await Promise.all(others))];
    const parts = divide(parameters, used);
    const copies =
      used === 1
        ? []
        : await Promise.all(
            runtimes.map((runtime, lane) =>
              runtime.load(copyGraph(parts[lane] as Shapes, otherLanes(lane, used)), { threads }),
            ),
          );
    return new Lanes(runtimes, { parts, copies });
  }

  get count(): number {
    return this.runtimes.length;
  }

  /** Threads of a program on one lane. */
  get threads(): number {
    return Math.floor((this.runtimes[0] as Runtime).threads / this.count);
  }

  /** The lane that computes a micro-batch. */
  of(microBatch: number): number {
    return microBatch % this.count;
  }

  /** In the lanes' order, what the owner `lane` calls their gradients of a parameter once they are gathered. */
  gradients(lane: number): readonly Rename[] {
    return this.runtimes.map((_, other) => (other === lane ? gradientName : foreign(other)));
  }

  /** The program on each lane. */
  load(
    graph: Graph,
    { precision }: Required<Pick<CompileOptions, 'precision'>>,
  ): Promise<readonly Program[]> {
    const { device } = this.runtimes[0] as Runtime;
    const compiled = compile(graph, { device, precision });
    const { threads } = this;
    return Promise.all(this.runtimes.map((runtime) => runtime.load(compiled, { threads })));
  }

  /** Moves each gradient to its parameter's owner, and to the first lane the residents that `more` names for each. */
  async gather(more: readonly (readonly string[])[]): Promise<void> {
    await this.#pairs((from, to) => {
      const names = this.#renamed(to, gradientName, foreign(from));
      const rest = to === 0 ? (more[from] ?? []).map((name) => [name, name] as const) : [];
      return this.#move(from, to, { ...names, ...Object.fromEntries(rest) });
    });
  }

  /**
   * Runs `update` on each lane, and gives the others its new weights. No memory is made or given back: what brought a
   * gradient takes the new weight back, and what held the old weight takes the next gradient.
   */
  async follow(update: (lane: number) => Promise<unknown>): Promise<void> {
    const retiring = this.#pairs((lane, owner) =>
      this.#move(lane, lane, this.#renamed(owner, own, gradientName)),
    );
    const copying = this.runtimes.map(async (_, lane) => {
      await update(lane);
      const others = otherLanes(lane, this.count);
      const keep = others.map((other) => this.#renamed(lane, copyName(other), foreign(other)));
      await this.#copies[lane]?.run({}, { keep: Object.assign({}, ...keep) });
      await Promise.all(
        others.map((other) => this.#move(lane, other, this.#renamed(lane, foreign(other), own))),
      );
    });
    await Promise.all([retiring, ...copying]);
  }

  /** Ends all runtimes but the first. */
  async dispose(): Promise<void> {
    await this.#copies[0]?.dispose();
    for (const runtime of this.runtimes.slice(1)) await runtime.dispose();
  }

  async #pairs(act: (lane: number, other: number) => Promise<void>): Promise<void> {
    await Promise.all(
      this.runtimes.flatMap((_, lane) =>
        otherLanes(lane, this.count).map((other) => act(lane, other)),
      ),
    );
  }

  #move(from: number, to: number, names: Readonly<Record<string, string>>): Promise<void> {
    const [source, target] = [this.runtimes[from] as Runtime, this.runtimes[to] as Runtime];
    return source.move(names, { to: target });
  }

  /** Of the parameters that a lane owns. */
  #renamed(owner: number, from: Rename, to: Rename): Record<string, string> {
    const names = [...(this.parts[owner] as Shapes).keys()];
    return Object.fromEntries(names.map((name) => [from(name), to(name)]));
  }
}

const otherLanes = (lane: number, count: number): number[] =>
  Array.from({ length: count }, (_, other) => other).filter((other) => other !== lane);

/** The largest first, each to the part that has least so far. */
function divide(parameters: Shapes, count: number): readonly Shapes[] {
  const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  const parts = Array.from({ length: count }, () => ({ total: 0, shapes: new Map() }));
  for (const [name, shape] of [...parameters].sort(([, a], [, b]) => size(b) - size(a))) {
    const least = parts.reduce((a, b) => (b.total < a.total ? b : a));
    least.shapes.set(name, shape);
    least.total += size(shape);
  }
  return parts.map(({ shapes }) => shapes);
}

const copyName =
  (lane: number): Rename =>
  (parameter) =>
    `${parameter}@${lane}`;

/** Each parameter as an output for each of the lanes. */
function copyGraph(parameters: Shapes, lanes: readonly number[]): Graph {
  const graph = new Graph('copies');
  for (const [name, shape] of parameters)
    for (const lane of lanes) graph.output(copyName(lane)(name), graph.parameter(name, shape));
  return graph;
}

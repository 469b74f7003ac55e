/**
 * Runtimes that compute gradients side by side, since on the CPU two sessions of one thread are faster than one of two. The
 * first is the trainer's own and holds all there is; the others hold weights, which follow the first's after each update.
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

/** What the first runtime calls a gradient of lane `lane`. */
const laneGradient = (lane: number) => (parameter: string) =>
  lane === 0 ? gradientName(parameter) : `${gradientName(parameter)}@${lane}`;

export class Lanes {
  readonly first: Runtime;
  readonly #others: readonly Runtime[];
  readonly #parameters: readonly string[];
  readonly #copies: Program | undefined;

  private constructor(
    first: Runtime,
    {
      others,
      parameters,
      copies,
    }: { others: readonly Runtime[]; parameters: Shapes; copies: Program | undefined },
  ) {
    this.first = first;
    this.#others = others;
    this.#parameters = [...parameters.keys()];
    this.#copies = copies;
  }

  /** Starts `count` − 1 runtimes beside the first; none but on the CPU, and never more than it has threads. */
  static async start(
    first: Runtime,
    { count, parameters }: { readonly count: number; readonly parameters: Shapes },
  ): Promise<Lanes> {
    const used = first.device === 'cpu' ? Math.max(1, Math.min(count, first.threads)) : 1;
    const threads = Math.floor(first.threads / used);
    const starting = Array.from({ length: used - 1 }, () => Runtime.start({ threads }));
    const others = await Promise.all(starting);
    const copies =
      others.length > 0
        ? await first.load(copyGraph(parameters, others.length), { threads: 1 })
        : undefined;
    return new Lanes(first, { others, parameters, copies });
  }

  get all(): readonly Runtime[] {
    return [this.first, ...this.#others];
  }

  /** The lane that computes a micro-batch. */
  of(microBatch: number): number {
    return microBatch % this.all.length;
  }

  /** For each lane, the resident of a parameter's gradient once they are gathered. */
  get gradients(): readonly ((parameter: string) => string)[] {
    return this.all.map((_, lane) => laneGradient(lane));
  }

  /** The program on each lane, with its share of the threads. */
  load(
    graph: Graph,
    { precision }: Required<Pick<CompileOptions, 'precision'>>,
  ): Promise<readonly Program[]> {
    const compiled = compile(graph, { device: this.first.device, precision });
    const threads = Math.floor(this.first.threads / this.all.length);
    return Promise.all(this.all.map((runtime) => runtime.load(compiled, { threads })));
  }

  /** Moves the gradients of the other lanes to the first, and with them the residents that `more` names for each lane. */
  async gather(more: readonly (readonly string[])[]): Promise<void> {
    await Promise.all(
      this.#others.map((runtime, index) => {
        const lane = index + 1;
        const gradients = this.#renamed(gradientName, laneGradient(lane));
        const same = Object.fromEntries((more[lane] ?? []).map((name) => [name, name]));
        return runtime.move({ ...gradients, ...same }, { to: this.first });
      }),
    );
  }

  /**
   * Runs `update`, and gives the other lanes the first's new weights. No memory is made or given back: what held a lane's
   * gradients takes the new weights to it, and what held its old weights takes its next gradients.
   */
  async follow(update: () => Promise<void>): Promise<void> {
    const asGradients = this.#renamed((name) => name, gradientName);
    await Promise.all([
      update(),
      ...this.#others.map((runtime) => runtime.move(asGradients, { to: runtime })),
    ]);
    const keep = this.#others.map((_, index) =>
      this.#renamed(copyName(index + 1), laneGradient(index + 1)),
    );
    await this.#copies?.run({}, { keep: Object.assign({}, ...keep) });
    await Promise.all(
      this.#others.map((runtime, index) =>
        this.first.move(
          this.#renamed(laneGradient(index + 1), (name) => name),
          { to: runtime },
        ),
      ),
    );
  }

  async dispose(): Promise<void> {
    await this.#copies?.dispose();
    for (const runtime of this.#others) await runtime.dispose();
  }

  #renamed(
    from: (parameter: string) => string,
    to: (parameter: string) => string,
  ): Record<string, string> {
    return Object.fromEntries(this.#parameters.map((name) => [from(name), to(name)]));
  }
}

const copyName = (lane: number) => (parameter: string) => `${parameter}@${lane}`;

/** Each parameter as an output for each other lane. */
function copyGraph(parameters: Shapes, lanes: number): Graph {
  const graph = new Graph('copies');
  for (const [name, shape] of parameters)
    for (let lane = 1; lane <= lanes; lane++)
      graph.output(copyName(lane)(name), graph.parameter(name, shape));
  return graph;
}

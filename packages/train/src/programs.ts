/** What a trainer runs: gradients in one program, AdamW in another. */
import {
  type AdamWUpdate,
  adamW,
  type Graph,
  outputGradients,
  type Program,
  type Runtime,
  rowState,
  sumGradients,
  type Tensor,
} from '@calibre/graph';
import type { Tensors } from './checkpoint.js';
import type { TrainingConfig } from './config.js';
import { Lanes } from './lanes.js';

export interface TrainerOptions {
  /** Builds the graph whose output `loss` is minimised over its parameters; its other outputs are reported. */
  readonly network: () => Graph;
  /** A table kept outside the graph, of which only the rows met are read and updated. Default: none. */
  readonly rows?: RowsTable | undefined;
  /** First values of the weights, by name. */
  readonly weights: Tensors;
  readonly config: TrainingConfig;
}

/** Word embeddings in `rows` mode. */
export interface RowsTable {
  /** The weight [V, D]. */
  readonly table: string;
  /** The network's input [B, T, D] that takes its rows, and the int32 feed [B, T] that names them. */
  readonly input: string;
  readonly ids: string;
  /** A row without gradient. */
  readonly paddingId: number;
}

/** A program and what a run of it keeps: output → resident. */
export interface Keeping<Loaded> {
  readonly program: Loaded;
  readonly keep: Readonly<Record<string, string>>;
}

export interface Programs {
  readonly lanes: Lanes;
  /** Weights that every lane has; a table kept outside the graph is on the first alone. */
  readonly parameters: readonly string[];
  /** Optimizer tensors with their shapes. */
  readonly moments: ReadonlyMap<string, readonly number[]>;
  readonly rowsShape: readonly number[];
  /** Outputs of the network. */
  readonly terms: readonly string[];
  /** On each lane: replaces the kept gradients, for its first micro-batch of a step. */
  readonly first: Keeping<readonly Program[]>;
  /** Adds to them, for its other micro-batches; absent where the configuration makes none. */
  readonly further?: Keeping<readonly Program[]>;
  /** Adds up the lanes' gradients and gives their squared norm. */
  readonly sum: Keeping<Program>;
  readonly update: Keeping<Program> & Pick<AdamWUpdate, 'feeds'>;
}

export async function loadPrograms(
  runtime: Runtime,
  { network, config, rows, weights }: TrainerOptions,
): Promise<Programs> {
  if (rows && config.emaDecay > 0)
    throw new Error(
      "train: emaDecay above 0 needs wordEmbeddings 'dense', got rows, whose table is not averaged; change one of them",
    );
  const plain = network();
  const shapes = new Map(
    [...plain.parameters].map(([name, { shape }]) => [name, shape as readonly number[]]),
  );
  const lanes = await Lanes.start(runtime, { count: config.lanes, parameters: shapes });
  const gradients = async (accumulate: boolean) => {
    const { graph, keep } = gradientGraph(network(), { rows, accumulate });
    return { program: await lanes.load(graph, config), keep };
  };
  const load = async ({ graph, keep }: Pick<AdamWUpdate, 'graph' | 'keep'>) => ({
    program: await runtime.load(graph),
    keep,
  });
  const rowsShape = (rows && weights.get(rows.table)?.shape) ?? [];
  const { feeds, state, ...update } = adamW(shapes, {
    ...config,
    decays,
    ...(config.emaDecay > 0 && { averageDecay: config.emaDecay }),
  });
  return {
    lanes,
    parameters: [...shapes.keys()],
    moments: new Map([
      ...state,
      ...(rows ? rowState(rows.table, rowsShape as [number, number]) : []),
    ]),
    rowsShape,
    terms: [...plain.outputs.keys()],
    first: await gradients(false),
    ...(config.accumulate * config.microBatches > lanes.all.length && {
      further: await gradients(true),
    }),
    sum: await load(sumGradients(shapes, { addends: lanes.gradients })),
    update: { ...(await load(update)), feeds },
  };
}

/** The network with the gradients of its weighted loss as further outputs; those of parameters are kept. */
function gradientGraph(
  graph: Graph,
  { rows, accumulate }: { rows: RowsTable | undefined; accumulate: boolean },
): { graph: Graph; keep: Record<string, string> } {
  const loss = (graph.outputs.get('loss') as Tensor).mul(graph.input('lossWeight', []));
  const keep = outputGradients(loss, { of: new Map(graph.parameters), accumulate });
  const input = rows && graph.inputs.get(rows.input);
  if (input) outputGradients(loss, { of: new Map([[rows.input, input]]) });
  return { graph, keep };
}

/** Weight decay is for matrices: not for biases, not for the gains of layer norms (`LayerNorm`, XLM's `layer_norm1`). */
const decays = (name: string) => !/bias|layer_?norm.*\.weight/i.test(name);

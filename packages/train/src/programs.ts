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
export interface Keeping {
  readonly program: Program;
  readonly keep: Readonly<Record<string, string>>;
}

export interface LanePrograms {
  /** Of a micro-batch: the lane's first of a step replaces what was kept, the others accumulate. */
  readonly gradients: Keeping;
  /** Adds up all lanes' gradients of the lane's part and gives their squared norm. */
  readonly sum: Keeping;
  readonly update: Keeping;
}

export interface Programs {
  readonly lanes: Lanes;
  readonly ofLanes: readonly LanePrograms[];
  readonly updateFeeds: AdamWUpdate['feeds'];
  /** Weights that every lane has; a table kept outside the graph is on the first alone. */
  readonly parameters: readonly string[];
  /** Optimizer tensors, the shapes of their first values, and where they live. */
  readonly moments: ReadonlyMap<
    string,
    { readonly shape: readonly number[]; readonly on: Runtime }
  >;
  readonly rowsShape: readonly number[];
  /** Outputs of the network. */
  readonly terms: readonly string[];
}

export async function loadPrograms(
  runtime: Runtime,
  { network, config, rows, weights }: TrainerOptions,
): Promise<Programs> {
  if (rows && config.emaDecay > 0)
    throw new Error(
      "train: emaDecay above 0 needs wordEmbeddings 'dense', got rows, whose table is not averaged; change one of them",
    );
  const graph = network();
  const terms = [...graph.outputs.keys()];
  const parameters = new Map(
    [...graph.parameters].map(([name, { shape }]) => [name, shape as readonly number[]]),
  );
  const lanes = await Lanes.start(runtime, { count: config.lanes, parameters });
  const accumulate = config.accumulate * config.microBatches > lanes.count;
  const keep = addGradients(graph, { rows, accumulate });
  const gradients = lanes.load(graph, config); // while the others are compiled here
  const updates = lanes.parts.map((part) =>
    adamW(part, {
      ...config,
      decays,
      ...(config.emaDecay > 0 && { averageDecay: config.emaDecay }),
    }),
  );
  const load = async (lane: number, { graph, keep }: Pick<AdamWUpdate, 'graph' | 'keep'>) => {
    const { threads } = lanes;
    return { program: await (lanes.runtimes[lane] as Runtime).load(graph, { threads }), keep };
  };
  const ofLanes = updates.map(async (update, lane): Promise<LanePrograms> => {
    const part = lanes.parts[lane] as ReadonlyMap<string, readonly number[]>;
    return {
      gradients: { program: (await gradients)[lane] as Program, keep },
      sum: await load(lane, sumGradients(part, { addends: lanes.gradients(lane) })),
      update: await load(lane, update),
    };
  });
  const rowsShape = (rows && weights.get(rows.table)?.shape) ?? [];
  const states = [
    ...updates.map(({ state }, lane) => ({ state, on: lanes.runtimes[lane] as Runtime })),
    ...(rows ? [{ state: rowState(rows.table, rowsShape as [number, number]), on: runtime }] : []),
  ];
  return {
    lanes,
    ofLanes: await Promise.all(ofLanes),
    updateFeeds: (updates[0] as AdamWUpdate).feeds,
    parameters: [...parameters.keys()],
    moments: new Map(
      states
        .flatMap(({ state, on }) =>
          [...state].map(([name, shape]) => [name, { shape, on }] as const),
        )
        .sort(([a], [b]) => (a < b ? -1 : 1)), // whoever owns them, states are the same files
    ),
    rowsShape,
    terms,
  };
}

/** Gives the network the gradients of its weighted loss as further outputs; returns which are kept: those of parameters. */
function addGradients(
  graph: Graph,
  { rows, accumulate }: { rows: RowsTable | undefined; accumulate: boolean },
): Record<string, string> {
  const loss = (graph.outputs.get('loss') as Tensor).mul(graph.input('lossWeight', []));
  const keep = outputGradients(loss, { of: new Map(graph.parameters), accumulate });
  const input = rows && graph.inputs.get(rows.input);
  if (input) outputGradients(loss, { of: new Map([[rows.input, input]]) });
  return keep;
}

/** Weight decay is for matrices: not for biases, not for the gains of layer norms (`LayerNorm`, XLM's `layer_norm1`). */
const decays = (name: string) => !/bias|layer_?norm.*\.weight/i.test(name);

/** What a trainer runs: gradients in one program, AdamW in another. */
import {
  type AdamWUpdate,
  adamW,
  type Graph,
  outputGradients,
  type Program,
  type Runtime,
  rowState,
  type Tensor,
} from '@calibre/graph';
import type { Tensors } from './checkpoint.js';
import type { TrainingConfig } from './config.js';

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

export interface KeepingProgram {
  readonly program: Program;
  /** Output → resident. */
  readonly keep: Readonly<Record<string, string>>;
}

export interface Programs {
  /** Every weight, a table kept outside the graph included. */
  readonly parameters: readonly string[];
  /** Optimizer tensors with their shapes. */
  readonly moments: ReadonlyMap<string, readonly number[]>;
  readonly rowsShape: readonly number[];
  /** Outputs of the network. */
  readonly terms: readonly string[];
  /** Replaces the kept gradients: the first micro-batch of a step. */
  readonly first: KeepingProgram;
  /** Adds to them: the other micro-batches. Absent where the configuration accumulates none. */
  readonly further?: KeepingProgram;
  readonly update: KeepingProgram & Pick<AdamWUpdate, 'feeds'>;
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
  const load = async ({ graph, keep }: { graph: Graph; keep: KeepingProgram['keep'] }) => ({
    program: await runtime.load(graph),
    keep,
  });
  const gradients = (accumulate: boolean) => gradientGraph(network(), { rows, accumulate });
  const shapes = new Map(
    [...plain.parameters].map(([name, { shape }]) => [name, shape as readonly number[]]),
  );
  const rowsShape = (rows && weights.get(rows.table)?.shape) ?? [];
  const { feeds, state, ...update } = adamW(shapes, {
    ...config,
    decays,
    maxGradientNorm: config.clipNorm,
    ...(config.emaDecay > 0 && { averageDecay: config.emaDecay }),
  });
  return {
    parameters: [...(rows ? [rows.table] : []), ...shapes.keys()],
    moments: new Map([
      ...state,
      ...(rows ? rowState(rows.table, rowsShape as [number, number]) : []),
    ]),
    rowsShape,
    terms: [...plain.outputs.keys()],
    first: await load(gradients(false)),
    ...(config.accumulate > 1 && { further: await load(gradients(true)) }),
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

/** Graph + weights → one ONNX file that any onnxruntime runs, on any device, without Calibre. */
import { compile } from '../compile.js';
import { dataTypes, type TensorData } from '../data.js';
import { formatShape } from '../dims.js';
import type { Graph } from '../graph.js';
import { type ExternalData, ExternalWriter } from './external-data.js';
import { halveGraph, halveTensor } from './half.js';
import { bytesOf, decodeModel, type OnnxGraph, type OnnxTensor } from './onnx-graph.js';
import { quantise } from './quantise.js';
import { computeAuxiliaries } from './symbols.js';

/**
 * `float32`: the values of the runtime. `float16`: weights and computation in half precision. `int8`: products and tables of
 * weights in 8 bits, a scale for each output and each row; activations are quantised at each run.
 */
export type Precision = 'float32' | 'float16' | 'int8';

export interface ExportOptions {
  /** Default float32. */
  readonly precision?: Precision;
  /** The float32 values of a parameter; asked for one at a time. */
  readonly read: (name: string) => Promise<TensorData> | TensorData;
  /** Takes the weights of a model that would exceed `maxModelBytes`. Default: such a model is an error. */
  readonly external?: ExternalData;
  /** Default 2 GB, the most that one ONNX file holds. */
  readonly maxModelBytes?: number;
}

interface Rewritten {
  readonly graph: OnnxGraph;
  readonly store: (weight: OnnxTensor) => readonly OnnxTensor[];
}

type Weights = ReadonlyMap<string, readonly number[]>;

const precisions: Record<Precision, (graph: OnnxGraph, weights: Weights) => Rewritten> = {
  float32: (graph) => ({ graph, store: (weight) => [weight] }),
  float16: (graph) => ({ graph: halveGraph(graph), store: (weight) => [halveTensor(weight)] }),
  int8: quantise,
};

const protobufLimit = 2 ** 31 - 1; // bytes of one message
const headroom = 2 ** 24; // for nodes and names

/**
 * The outputs of a graph as a model by itself: weights inside (or in a file beside it, see `external`), inputs and outputs of the graph's names, types and symbols
 * alone (float32 stays float32 at the border). Operators are those of ONNX 18, and GELU of onnxruntime's `com.microsoft`.
 *
 * @throws where a parameter's values have another shape, or the weights exceed one ONNX file and have no other
 */
export async function exportModel(
  graph: Graph,
  { precision = 'float32', read, external, maxModelBytes = protobufLimit }: ExportOptions,
): Promise<Uint8Array> {
  const compiled = compile(graph, { device: 'webgpu' }); // the operators that every runtime has
  const { graph: fed, encode } = decodeModel(compiled.model);
  const weights = new Map(
    compiled.inputs
      .filter(({ source }) => source === 'parameter')
      .map(({ name, shape }) => [name, shape as readonly number[]]),
  );
  const standing = computeAuxiliaries(fed, compiled.inputs);
  const rewritten = precisions[precision](
    { ...standing, input: standing.input.filter(({ name }) => !weights.has(name)) },
    weights,
  );
  const inside: OnnxTensor[] = [];
  const outside: OnnxTensor[] = [];
  const writer = external && new ExternalWriter(external);
  let bytes = headroom;
  for (const [name, shape] of weights) {
    const stored = rewritten.store(weightTensor(name, { shape, values: await read(name) }));
    inside.push(...stored);
    bytes += stored.reduce((sum, { rawData }) => sum + rawData.byteLength, 0);
    if (bytes <= maxModelBytes) continue;
    if (writer === undefined)
      throw new Error(
        `export: an ONNX file holds at most ${maxModelBytes / 1e9} GB, got more in ${precision} weights of ${graph.name}; keep them in a file beside it, or export in a lower precision`,
      );
    for (const tensor of inside.splice(0)) outside.push(await writer.move(tensor));
  }
  const initializer = [...rewritten.graph.initializer, ...outside, ...inside];
  return encode({ ...rewritten.graph, initializer });
}

function weightTensor(
  name: string,
  { shape, values }: { readonly shape: readonly number[]; readonly values: TensorData },
): OnnxTensor {
  const { data, shape: got } = values;
  if (!(data instanceof Float32Array) || got.join() !== shape.join())
    throw new Error(
      `export: parameter ${name} must be float32${formatShape(shape)}, got ${data.constructor.name} ${formatShape(got)}; read the values of this graph`,
    );
  return { name, dims: shape, dataType: dataTypes.float32.onnx, rawData: bytesOf(data) };
}

/** Graph → ONNX bytes and what a runtime must know to feed them. The result is plain data. */
import type { Graph, Node } from './graph.js';
import { ModelBuilder, type ModelInput } from './onnx/model.js';
import type { Device, Primitive, ValueType } from './operators/operator.js';
import { operators } from './operators/table.js';
import { findOverwrites } from './overwrites.js';
import { computeAgain } from './passes/compute-again.js';
import { expandComposites } from './passes/expand-composites.js';
import { foldScales } from './passes/fold-scales.js';
import { halvePrecision } from './passes/half-precision.js';
import type { Pass } from './passes/rewrite.js';
import { reachable } from './reachable.js';
import type { Tensor } from './tensor.js';

export interface ModelOutput extends ValueType {
  readonly name: string;
  /** Inputs into whose memory this output may be written: they are not read after it is computed. */
  readonly overwrites: readonly string[];
}

/** A compiled graph: ONNX bytes and the names, shapes and sources of its inputs and outputs. */
export interface CompiledGraph {
  readonly name: string;
  readonly device: Device;
  readonly model: Uint8Array;
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly ModelOutput[];
  /** Inputs of the graph that its outputs do not need; feeding them is allowed. */
  readonly unusedInputs: readonly string[];
}

/** The empty first output of CPU models; see `Session` in runtime/session.ts. */
export const sentinelName = ':sentinel';

const passes: readonly Pass[] = [(graph) => expandComposites(graph), foldScales, computeAgain];

export interface CompileOptions {
  /** Default `cpu`. */
  readonly device?: Device;
  /** `float16`: products and activations in half precision, the rest and what is fed and fetched in float32. Default float32. */
  readonly precision?: 'float32' | 'float16';
}

/** Emits the outputs of a graph for a device. Throws when the graph has no outputs. */
export function compile(
  graph: Graph,
  { device = 'cpu', precision = 'float32' }: CompileOptions = {},
): CompiledGraph {
  if (graph.outputs.size === 0)
    throw new Error(`compile: ${graph.name} has no outputs; name one with graph.output`);
  const full = passes.reduce((current, pass) => pass(current), graph);
  const lowered = precision === 'float16' ? halvePrecision(full) : full;
  const builder = new ModelBuilder(device);
  const nodes = reachable([...lowered.outputs.values()]);
  const recomputes = graph.nodes.some(({ block }) => block !== undefined);
  const names = emit(lowered, recomputes ? blockByBlock(nodes) : nodes, builder);
  for (const [name, tensor] of lowered.outputs) {
    const own = names.get(tensor) as string;
    if (own !== name) builder.node('Identity', [own], [name]); // an input, or a second name
    builder.output(name, tensor);
  }
  if (device === 'cpu') builder.sentinel(sentinelName);
  const overwrites = findOverwrites(lowered);
  const used = new Set(builder.inputs.map(({ name }) => name));
  return {
    name: graph.name,
    device,
    model: builder.encode(graph.name),
    inputs: builder.inputs,
    outputs: [...lowered.outputs].map(([name, tensor]) => ({
      name,
      shape: tensor.shape,
      type: tensor.type,
      overwrites: overwrites.get(tensor) ?? [],
    })),
    unusedInputs: [...graph.inputs.keys()].filter((name) => !used.has(name)),
  };
}

/** Writes the nodes that the outputs need; returns each tensor's name. */
function emit(
  graph: Graph,
  nodes: readonly Node[],
  builder: ModelBuilder,
): ReadonlyMap<Tensor, string> {
  const names = new Map<Tensor, string>();
  for (const name of [...graph.outputs.keys(), ...graph.inputs.keys(), ...graph.parameters.keys()])
    builder.enter(name);
  for (const [name, tensor] of graph.outputs)
    if (!names.has(tensor) && !('name' in tensor.node.attributes)) names.set(tensor, name);
  for (const node of nodes) {
    const { operator, attributes, inputs, outputs } = node;
    const own =
      'name' in attributes
        ? String(attributes.name)
        : builder.enter(node.scope === '' ? operator : `${node.scope}/${operator}`);
    outputs.forEach((tensor, i) => {
      if (!names.has(tensor)) names.set(tensor, i === 0 ? own : `${own}.${i}`);
    });
    const named = (tensors: readonly Tensor[]) =>
      tensors.map((tensor) => names.get(tensor) as string);
    const use = {
      attributes,
      inputs: named(inputs),
      outputs: named(outputs),
      inputTypes: inputs,
      outputTypes: outputs,
    };
    (operators[operator] as Primitive<unknown>).emit(builder, use);
  }
  return names;
}

/**
 * The nodes, with those that nothing reads last, and of them the last built first. onnxruntime runs what its last node
 * needs, then what the one before needs, and so on: so a weight's gradient comes as soon as it can, and the copies of its
 * block are given back before the next block is copied.
 */
function blockByBlock(nodes: readonly Node[]): readonly Node[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map(({ node }) => node)));
  const isRead = (node: Node) => read.has(node);
  return [...nodes.filter(isRead), ...nodes.filter((node) => !isRead(node)).reverse()];
}

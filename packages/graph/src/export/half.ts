/** All of a model in half precision, float32 at its inputs and outputs; training keeps more of it: passes/half-precision.ts. */
import { dataTypes, halfBits } from '../data.js';
import { bytesOf, type OnnxGraph, type OnnxTensor, onnxNode } from './onnx-graph.js';

const [single, half] = [dataTypes.float32.onnx, dataTypes.float16.onnx];

/** The graph with its float32 tensors as float16; what is fed and fetched stays float32. */
export function halveGraph(graph: OnnxGraph): OnnxGraph {
  const isSingle = ({ type }: OnnxGraph['input'][number]) => type.tensorType.elemType === single;
  const renamed = new Map(
    [...graph.input, ...graph.output].filter(isSingle).map(({ name }) => [name, `${name}:half`]),
  );
  const inner = (name: string) => renamed.get(name) ?? name;
  const cast = (from: string, to: string, type: number) =>
    onnxNode('Cast', [from], [to], { to: type });
  return {
    ...graph,
    node: [
      ...graph.input.filter(isSingle).map(({ name }) => cast(name, inner(name), half)),
      ...graph.node.map((node) => ({
        ...node,
        name: inner(node.name),
        input: node.input.map(inner),
        output: node.output.map(inner),
        ...(node.opType === 'Cast' && { attribute: node.attribute?.map(castToHalf) ?? [] }),
      })),
      ...graph.output.filter(isSingle).map(({ name }) => cast(inner(name), name, single)),
    ],
    initializer: graph.initializer.map(halveTensor),
  };
}

const castToHalf = <A extends { readonly name: string; readonly i?: number }>(attribute: A): A =>
  attribute.name === 'to' && attribute.i === single ? { ...attribute, i: half } : attribute;

/** A float32 tensor as float16; others as they are. */
export function halveTensor(tensor: OnnxTensor): OnnxTensor {
  if (tensor.dataType !== single) return tensor;
  const { buffer } = new Uint8Array(tensor.rawData); // at an offset that fits
  const values = new Float32Array(buffer);
  return { ...tensor, dataType: half, rawData: bytesOf(Uint16Array.from(values, halfBits)) };
}

/** Half precision inside, float32 at the inputs and outputs. */
import { dataTypes } from '../data.js';
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
  const bits = new Uint32Array(buffer);
  return { ...tensor, dataType: half, rawData: bytesOf(Uint16Array.from(bits, finiteHalf)) };
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/**
 * float32 bits → float16 bits, to the nearest, ties to even; what is too large becomes the largest finite number, since a
 * mask of −10⁹ must stay a number: (1 − 1)·∞ is none.
 */
export function finiteHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return 0x7e00; // not a number
  if (size >= 0x477ff000) return sign | 0x7bff; // 65 520 and above → 65 504
  if (size >= 0x38800000) {
    const rounded = size + 0xfff + ((size >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  scratchBits[0] = size; // subnormal: a whole number of 2⁻²⁴
  const units = (scratch[0] as number) * 2 ** 24;
  const below = Math.floor(units);
  const up = units - below > 0.5 || (units - below === 0.5 && below % 2 === 1);
  return sign | (below + Number(up));
}

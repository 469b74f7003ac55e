/**
 * Dynamic 8-bit quantisation: matrix products with a weight run on integers, rows of tables are stored as integers.
 * Activations are quantised as they come (ONNX DynamicQuantizeLinear), a tensor at a time.
 */
import { dataTypes } from '../data.js';
import { bytesOf, type OnnxGraph, type OnnxNode, type OnnxTensor, onnxNode } from './onnx-graph.js';
import { type Layout, quantiseWeight, scalesOf, zeroPoint } from './quantised-weight.js';

/** A product of fewer outputs stays as it is: a head's few scores are what is read, and cost nothing. */
const fewestOutputs = 16;

type Shapes = ReadonlyMap<string, readonly number[]>;

export interface Quantised {
  readonly graph: OnnxGraph;
  /** The constants that the graph reads in place of a weight, and the weight itself where it is still read. */
  readonly store: (weight: OnnxTensor) => OnnxTensor[];
}

/** Quantises the products with and the row look-ups in the given weights. */
export function quantise(graph: OnnxGraph, weights: Shapes): Quantised {
  const layouts = new Map<string, Map<string, Layout>>();
  const quantised = new Set<string>(); // activations
  const node = graph.node.flatMap((original) => {
    const found = findProduct(original, weights) ?? findLookUp(original, weights);
    if (!found) return [original];
    const { weight, layout } = found;
    layouts.set(weight, (layouts.get(weight) ?? new Map()).set(layout.name, layout));
    if (original.opType === 'Gather') return lookUpNodes(original, layout.name);
    const x = original.input[0] as string;
    const once = quantised.has(x) ? [] : [quantisation(x)];
    quantised.add(x);
    return [...once, ...productNodes(original, layout.name)];
  });
  const read = new Set(node.flatMap(({ input }) => input));
  return {
    graph: { ...graph, node, initializer: [...graph.initializer, ...zeroPoints] },
    store: (weight) => [
      ...(read.has(weight.name) ? [weight] : []),
      ...[...(layouts.get(weight.name)?.values() ?? [])].flatMap((layout) =>
        quantiseWeight(weight, layout),
      ),
    ],
  };
}

interface Found {
  readonly weight: string;
  readonly layout: Layout;
}

/** Y = alpha · X op(W) + C with a weight W of enough outputs. */
function findProduct(
  { opType, input, attribute = [] }: OnnxNode,
  weights: Shapes,
): Found | undefined {
  const [, weight = '', addend] = input;
  const shape = weights.get(weight);
  if (opType !== 'Gemm' || shape === undefined) return undefined;
  const flags = new Map(attribute.map(({ name, i, f }) => [name, f ?? i]));
  const turned = flags.get('transB') === 1;
  const [factor = 1, beta = 1] = [flags.get('alpha'), flags.get('beta')];
  const enough = (shape[turned ? 0 : 1] as number) >= fewestOutputs;
  if (!enough || flags.get('transA') === 1 || (addend !== undefined && beta !== 1))
    return undefined;
  const name = `${weight}:${turned ? 'rows turned' : 'columns'} ${factor}`;
  return { weight, layout: { name, channels: turned ? 'rows' : 'columns', turned, factor } };
}

function findLookUp({ opType, input }: OnnxNode, weights: Shapes): Found | undefined {
  const [table = ''] = input;
  if (opType !== 'Gather' || weights.get(table)?.length !== 2) return undefined;
  const layout: Layout = { name: `${table}:rows`, channels: 'rows', turned: false, factor: 1 };
  return { weight: table, layout };
}

const eightBits = (x: string) => ({
  values: `${x}:8-bit values`,
  scale: `${x}:8-bit scale`,
  zero: `${x}:8-bit zero`,
});

const quantisation = (x: string): OnnxNode => {
  const { values, scale, zero } = eightBits(x);
  return onnxNode('DynamicQuantizeLinear', [x], [values, scale, zero]);
};

const toFloat = { to: dataTypes.float32.onnx };
const zero = { asInteger: 'zero point', asFloat: 'zero point as float' };

const zeroPoints: readonly OnnxTensor[] = [
  {
    name: zero.asInteger,
    dims: [],
    dataType: dataTypes.uint8.onnx,
    rawData: Uint8Array.of(zeroPoint),
  },
  {
    name: zero.asFloat,
    dims: [],
    dataType: dataTypes.float32.onnx,
    rawData: bytesOf(Float32Array.of(zeroPoint)),
  },
];

/** y = (x − zₓ)(w − 128) · sₓ s_w + c; the product is summed in int32, exactly. */
function productNodes({ input, output: [y = ''], name }: OnnxNode, weight: string): OnnxNode[] {
  const [x = '', , addend] = input;
  const activation = eightBits(x);
  const step = (part: string) => `${name}:${part}`;
  const product = addend === undefined ? y : step('product');
  const operands = [activation.values, weight, activation.zero, zero.asInteger];
  return [
    onnxNode('MatMulInteger', operands, [step('sum')]),
    onnxNode('Cast', [step('sum')], [step('float')], toFloat),
    onnxNode('Mul', [activation.scale, scalesOf(weight)], [step('scales')]),
    onnxNode('Mul', [step('float'), step('scales')], [product]),
    ...(addend === undefined ? [] : [onnxNode('Add', [product, addend], [y])]),
  ];
}

/** Rows of the table and their scales are looked up and multiplied. */
function lookUpNodes({ input, output: [y = ''], name }: OnnxNode, table: string): OnnxNode[] {
  const [, ids = ''] = input;
  const step = (part: string) => `${name}:${part}`;
  return [
    onnxNode('Gather', [table, ids], [step('rows')], { axis: 0 }),
    onnxNode('Gather', [scalesOf(table), ids], [step('scales')], { axis: 0 }),
    onnxNode('Cast', [step('rows')], [step('float')], toFloat),
    onnxNode('Sub', [step('float'), zero.asFloat], [step('centred')]),
    onnxNode('Mul', [step('centred'), step('scales')], [y]),
  ];
}

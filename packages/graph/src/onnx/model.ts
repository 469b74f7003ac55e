/** Builds an ONNX model in memory: nodes, constants, inputs, outputs → bytes. */
import { type DataType, dataTypes, type TypedArray, typedArray } from '../data.js';
import { formatShape, type Shape } from '../dims.js';
import type {
  Auxiliary,
  Device,
  Emitter,
  OnnxAttribute,
  ValueType,
} from '../operators/operator.js';
import { attributeTypes, ModelProto } from './schema.js';

const opset = 18;
const irVersion = 8;

/** An input of the model beside the constants inside it. */
export interface ModelInput extends ValueType {
  readonly name: string;
  /**
   * Fed by the user, the runtime's resident of that name, that resident or a zero of its rank, or computed from the symbols.
   */
  readonly source: 'feed' | 'parameter' | 'accumulator' | Auxiliary;
}

export class ModelBuilder implements Emitter {
  readonly device: Device;
  readonly #inputs = new Map<string, ModelInput>();
  readonly #outputs: object[] = [];
  readonly #constants = new Map<string, object>();
  readonly #nodes: object[] = [];
  readonly #counts = new Map<string, number>();
  #place = '';

  constructor(device: Device) {
    this.device = device;
  }

  get inputs(): readonly ModelInput[] {
    return [...this.#inputs.values()];
  }

  /** A name not used before; the place of the nodes that follow. */
  enter(place: string): string {
    this.#place = this.#unique(place);
    return this.#place;
  }

  node(
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    options: Parameters<Emitter['node']>[3] = {},
  ): void {
    const attribute = Object.entries(options.attributes ?? {}).map(([name, value]) =>
      attributeProto(name, value),
    );
    const name = outputs[0] ?? this.#place;
    this.#nodes.push({
      opType: type,
      input: inputs,
      output: outputs,
      name,
      attribute,
      ...(options.domain && { domain: options.domain }),
    });
  }

  temporary(): string {
    return this.#unique(`${this.#place}:step`);
  }

  vector(dims: Shape): string {
    const name = formatShape(dims);
    if (dims.every((dim) => typeof dim === 'number'))
      this.constant(name, { shape: [dims.length], type: 'int64' }, typedArray('int64', dims));
    else this.auxiliary(name, { shape: [dims.length], type: 'int64' }, { kind: 'vector', dims });
    return name;
  }

  scalar(value: number, type: DataType): string {
    const name = `${type} ${value}`;
    this.constant(name, { shape: [], type }, typedArray(type, [value]));
    return name;
  }

  constant(name: string, { shape, type }: ValueType, data: TypedArray): void {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#constants.set(name, { name, dims: shape, dataType: dataTypes[type].onnx, rawData });
  }

  input(
    name: string,
    { shape, type }: ValueType,
    source: 'feed' | 'parameter' | 'accumulator',
  ): void {
    this.#inputs.set(name, { name, shape, type, source });
  }

  auxiliary(name: string, { shape, type }: ValueType, source: Auxiliary): void {
    this.#inputs.set(name, { name, shape, type, source });
  }

  output(name: string, { shape, type }: ValueType): void {
    this.#outputs.push({ name, type: { tensorType: tensorType(shape, type) } });
  }

  /** A first output that holds nothing: see `Session` in runtime/session.ts. */
  sentinel(name: string): void {
    this.#nodes.push({ opType: 'SequenceEmpty', input: [], output: [name], name, attribute: [] });
    this.#outputs.unshift({
      name,
      type: { sequenceType: { elemType: { tensorType: { elemType: dataTypes.float32.onnx } } } },
    });
  }

  encode(name: string): Uint8Array {
    const input = this.inputs.map(({ name, shape, type, source }) => {
      const fed = source === 'accumulator' ? shape.map((_, axis) => `${name}.${axis}`) : shape;
      return { name, type: { tensorType: tensorType(fed, type) } };
    });
    return encodeModel({
      name,
      node: this.#nodes,
      initializer: [...this.#constants.values()],
      input,
      output: this.#outputs,
    });
  }

  #unique(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  }
}

function encodeModel(graph: object): Uint8Array {
  const opsetImport = [
    { domain: '', version: opset },
    { domain: 'com.microsoft', version: 1 },
  ];
  return ModelProto.encode({
    irVersion,
    producerName: '@calibre/graph',
    graph,
    opsetImport,
  }).finish();
}

/** The model y = x for tensors of one element type and any shape. */
export function encodeIdentity(elemType: number): Uint8Array {
  const value = (name: string) => ({ name, type: { tensorType: { elemType } } });
  const node = { opType: 'Identity', name: 'y', input: ['x'], output: ['y'] };
  return encodeModel({ name: 'copy', node: [node], input: [value('x')], output: [value('y')] });
}

const tensorType = (shape: Shape, type: DataType) => ({
  elemType: dataTypes[type].onnx,
  shape: {
    dim: shape.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })),
  },
});

export function attributeProto(name: string, value: OnnxAttribute): object {
  if (typeof value === 'number') return { name, type: attributeTypes.int, i: value };
  if (typeof value === 'string')
    return { name, type: attributeTypes.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: attributeTypes.float, f: value.float };
  return { name, type: attributeTypes.ints, ints: value };
}

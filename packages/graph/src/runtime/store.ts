/** The tensors that live in the worker between runs: weights, moments, kept gradients. */
import * as ort from 'onnxruntime-node';
import type { DataType } from '../data.js';
import type { ResidentData } from './protocol.js';

export class Store {
  readonly #tensors = new Map<string, ort.Tensor>();

  names(): readonly string[] {
    return [...this.#tensors.keys()];
  }

  put(name: string, { data, shape, type }: ResidentData): void {
    this.set(name, new ort.Tensor(type, data, [...shape]));
  }

  /** Takes the tensor; the one it replaces is disposed. */
  set(name: string, tensor: ort.Tensor): void {
    const old = this.#tensors.get(name);
    if (old && old !== tensor) old.dispose();
    this.#tensors.set(name, tensor);
  }

  find(name: string): ort.Tensor | undefined {
    return this.#tensors.get(name);
  }

  /** Throws when there is no resident of that name. */
  need(name: string, wantedBy: string): ort.Tensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new Error(`${wantedBy}: there is no resident ${name}; put it first`);
    return tensor;
  }

  /** The values of a float32 resident in host memory, to be read and written in place. */
  floats(name: string, wantedBy: string): { data: Float32Array; shape: readonly number[] } {
    const { data, dims } = this.need(name, wantedBy);
    if (!(data instanceof Float32Array))
      throw new Error(`${wantedBy}: resident ${name} must be float32`);
    return { data, shape: dims };
  }

  async copy(name: string): Promise<ResidentData> {
    const tensor = this.need(name, 'get');
    const data = (await tensor.getData()) as ResidentData['data'];
    return { data: data.slice(), shape: tensor.dims, type: tensor.type as DataType };
  }

  delete(name: string): boolean {
    this.#tensors.get(name)?.dispose();
    return this.#tensors.delete(name);
  }
}

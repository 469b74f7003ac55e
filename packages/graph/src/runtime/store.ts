/** The tensors that live in the worker between runs: weights, moments, kept gradients. */
import * as ort from 'onnxruntime-node';
import type { DataType, TypedArray } from '../data.js';
import { Copier } from './copier.js';
import type { ResidentData } from './protocol.js';

export class Store {
  readonly #tensors = new Map<string, ort.Tensor>();
  readonly #copier = new Copier();

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

  /** The resident in a WebGPU buffer, where it stays from now on. */
  async onGpu(name: string): Promise<ort.Tensor> {
    const tensor = await this.#copier.to('gpu-buffer', this.need(name, 'onGpu'));
    this.set(name, tensor);
    return tensor;
  }

  /** Moves residents in WebGPU buffers to host memory, from where the next run takes them back. */
  async toHost(): Promise<void> {
    for (const [name, tensor] of this.#tensors)
      this.set(name, await this.#copier.to('cpu', tensor));
  }

  /** A tensor's values in host memory; not a copy if they are there. */
  async values(tensor: ort.Tensor): Promise<TypedArray> {
    return (await this.#copier.to('cpu', tensor)).data as TypedArray;
  }

  /** The values of a float32 resident in host memory, to be read and written in place. */
  floats(name: string, wantedBy: string): { data: Float32Array; shape: readonly number[] } {
    const tensor = this.need(name, wantedBy);
    if (tensor.location !== 'cpu' || !(tensor.data instanceof Float32Array))
      throw new Error(`${wantedBy}: resident ${name} must be float32 in host memory`);
    return { data: tensor.data, shape: tensor.dims };
  }

  async copy(name: string): Promise<ResidentData> {
    const tensor = this.need(name, 'get');
    const data = await this.values(tensor);
    return {
      data: tensor.location === 'cpu' ? data.slice() : data,
      shape: tensor.dims,
      type: tensor.type as DataType,
    };
  }

  /** Residents that leave with their memory. */
  async take(names: readonly string[]): Promise<Record<string, ResidentData>> {
    const taken: Record<string, ResidentData> = {};
    for (const name of names) {
      const tensor = this.need(name, 'take');
      const data = await this.values(tensor);
      const isWhole = data.byteLength === data.buffer.byteLength;
      taken[name] = {
        data: isWhole ? data : data.slice(),
        shape: tensor.dims,
        type: tensor.type as DataType,
      };
      this.delete(name);
    }
    return taken;
  }

  delete(name: string): boolean {
    this.#tensors.get(name)?.dispose();
    return this.#tensors.delete(name);
  }
}

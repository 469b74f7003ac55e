/** One device and the tensors that live on it. The work happens in a worker thread. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type CompiledGraph, type CompileOptions, compile } from '../compile.js';
import { type DataType, type TensorData, typeOf } from '../data.js';
import type { Graph } from '../graph.js';
import { type Device, devices } from '../operators/operator.js';
import { DeviceLostError, isDeviceLost } from './device-lost.js';
import { Program } from './program.js';
import {
  buffersOf,
  type MethodName,
  type Methods,
  type Request,
  type Response,
  type RowsFeed,
  type WorkerOptions,
} from './protocol.js';
import type { RowGradients, RowUpdate } from './rows.js';

const workerFile = new URL('../../dist/runtime/worker.js', import.meta.url); // also from src, as tests do

export interface RuntimeOptions {
  readonly device?: Device;
  /** Threads of a run on the CPU; the processor's unless given. */
  readonly threads?: number;
}

export interface LoadOptions extends Pick<CompileOptions, 'precision'> {
  /** Prefix of a file to which onnxruntime writes its profile when the program is disposed. */
  readonly profile?: string;
  /** Of a run on the CPU; the runtime's unless given. */
  readonly threads?: number;
}

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

export class Runtime {
  static #onWebGpu: Runtime | undefined;
  readonly device: Device;
  readonly threads: number;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;
  #ended: Error | undefined;
  #isDisposed = false;

  private constructor({ device, threads }: Required<RuntimeOptions>, worker: Worker) {
    this.device = device;
    this.threads = threads;
    this.#worker = worker;
    worker.on('message', (response: Response) => this.#settle(response));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', (code) => {
      const what = `the worker of ${device} has ended (exit code ${code})`;
      this.#end(
        this.#isDisposed ? new Error('runtime: it was disposed') : new DeviceLostError(what),
      );
    });
    worker.unref();
  }

  /** Starts the worker thread. Throws on a device that is unknown or cannot be used here, and on a second WebGPU runtime. */
  static async start({
    device = 'cpu',
    threads = availableParallelism(),
  }: RuntimeOptions = {}): Promise<Runtime> {
    if (!devices.includes(device))
      throw new Error(`runtime: device must be one of ${devices.join(', ')}, got ${device}`);
    if (device === 'webgpu' && Runtime.#onWebGpu && !Runtime.#onWebGpu.#ended)
      throw new Error(
        'runtime: a process has one webgpu runtime at a time, since threads cannot share its GPU, got a second; dispose the first',
      );
    const workerData: WorkerOptions = { device };
    const worker = new Worker(workerFile, { workerData });
    const runtime = new Runtime({ device, threads }, worker);
    if (device === 'webgpu') Runtime.#onWebGpu = runtime;
    await runtime.names(); // the worker answers, or its error ends the start
    return runtime;
  }

  /**
   * Makes or replaces a resident tensor. The data is copied, or with `transfer` moved (the array is then empty here) where it
   * has a buffer of its own.
   */
  async put(
    name: string,
    { data, shape }: TensorData,
    { type = typeOf(data), transfer = false }: { type?: DataType; transfer?: boolean } = {},
  ): Promise<void> {
    const size = shape.reduce((a, b) => a * b, 1);
    if (size !== data.length)
      throw new Error(`put ${name}: [${shape}] needs ${size} values, got ${data.length}`);
    const isWhole = data.byteLength === data.buffer.byteLength;
    const moved = transfer && isWhole ? data : data.slice(); // once: a message that does not move it copies it twice
    await this.request('put', { [name]: { data: moved, shape, type } }, buffersOf([moved]));
  }

  /** A copy of a resident. Throws when there is none. */
  get(name: string): Promise<TensorData> {
    return this.request('get', { name });
  }

  /**
   * Moves residents (name here → name there) to a runtime, perhaps this one, without copying those in host memory: they are
   * no longer here. Throws when there is none of a name.
   */
  async move(
    names: Readonly<Record<string, string>>,
    { to }: { readonly to: Runtime },
  ): Promise<void> {
    const taken = Object.entries(await this.request('take', Object.keys(names)));
    const renamed = taken.map(([name, tensor]) => [names[name] as string, tensor] as const);
    const moved = buffersOf(taken.map(([, { data }]) => data));
    await to.request('put', Object.fromEntries(renamed), moved);
  }

  async has(name: string): Promise<boolean> {
    return (await this.names()).includes(name);
  }

  /** Whether there was such a resident. */
  delete(name: string): Promise<boolean> {
    return this.request('delete', { name });
  }

  names(): Promise<readonly string[]> {
    return this.request('names', undefined);
  }

  /** Compiles a graph for this device unless it is compiled already, and makes its session. */
  async load(
    graph: Graph | CompiledGraph,
    { profile, threads = this.threads, precision = 'float32' }: LoadOptions = {},
  ): Promise<Program> {
    const { device } = this;
    const compiled = 'model' in graph ? graph : compile(graph, { device, precision });
    if (compiled.device !== this.device)
      throw new Error(
        `load ${compiled.name}: compiled for ${compiled.device}, this runtime is ${this.device}`,
      );
    return new Program(this, compiled, await this.request('load', { compiled, profile, threads }));
  }

  /** The rows that a feed names, to be fed to a program of another runtime. */
  gatherRows(feed: RowsFeed): Promise<TensorData> {
    return this.request('gatherRows', feed);
  }

  /** Sums gradients of gathered rows by row, in place of what was collected for their table; the squared norm of the sums. */
  collectRows(gradients: RowGradients): Promise<number> {
    return this.request('collectRows', gradients);
  }

  /** AdamW of the collected rows only, as `Rows.update` says; needs the residents of `rowState`. */
  async updateRows(update: RowUpdate): Promise<void> {
    await this.request('updateRows', update);
  }

  /** Makes up for the steps that rows of a table missed while they were not met: do so before saving or reading it. */
  async settleRows(table: string): Promise<void> {
    await this.request('settleRows', { table });
  }

  /** Frees sessions and residents and ends the worker. */
  async dispose(): Promise<void> {
    if (this.#ended) return;
    this.#isDisposed = true;
    await this.request('stop', undefined);
    await this.#worker.terminate();
  }

  /** @internal */
  request<M extends MethodName>(
    method: M,
    argument: Methods[M]['argument'],
    moved: ArrayBuffer[] = [],
  ): Promise<Methods[M]['result']> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#requests++;
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, argument } as Request, moved);
    });
  }

  #settle(response: Response): void {
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (!('error' in response)) {
      waiting?.resolve(response.result as never);
      return;
    }
    const { name, message } = response.error;
    const isLost = isDeviceLost(message);
    waiting?.reject(
      isLost ? new DeviceLostError(message) : Object.assign(new Error(message), { name }),
    );
    if (isLost && !this.#ended) this.#lose(message);
  }

  /** Rejects all that waits and all that comes, and ends the worker once it has given up what waits there. */
  #lose(message: string): void {
    this.#end(new DeviceLostError(message));
    const id = this.#requests++;
    const terminate = () => void this.#worker.terminate();
    this.#waiting.set(id, { resolve: terminate, reject: terminate });
    this.#worker.postMessage({ id, method: 'stop', argument: undefined } as Request);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

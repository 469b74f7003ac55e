/** One compiled graph in onnxruntime: feeds → outputs, fetched or kept as residents. */
import * as ort from 'onnxruntime-node';
import { type CompiledGraph, type ModelOutput, sentinelName } from '../compile.js';
import { dataTypes, type TensorData } from '../data.js';
import { type Bindings, formatShape } from '../dims.js';
import { auxiliaryData, bind, evaluateShape } from './bindings.js';
import type { Feed, Methods, WorkerOptions } from './protocol.js';
import type { Rows } from './rows.js';
import type { Store } from './store.js';

type Run = Methods['run']['argument'];
type Tensors = Record<string, ort.Tensor>;

interface SessionOptions extends WorkerOptions {
  readonly threads: number;
  readonly profile: string | undefined;
}

interface Residents {
  readonly store: Store;
  readonly rows: Rows;
}

export class Session {
  readonly #compiled: CompiledGraph;
  readonly #session: ort.InferenceSession;
  readonly #store: Store;
  readonly #rows: Rows;

  private constructor(
    compiled: CompiledGraph,
    session: ort.InferenceSession,
    { store, rows }: Residents,
  ) {
    this.#compiled = compiled;
    this.#session = session;
    this.#store = store;
    this.#rows = rows;
  }

  static async create(
    compiled: CompiledGraph,
    residents: Residents,
    options: SessionOptions,
  ): Promise<Session> {
    return new Session(
      compiled,
      await ort.InferenceSession.create(compiled.model, sessionOptions(options)),
      residents,
    );
  }

  async run(run: Run): Promise<Record<string, TensorData>> {
    const shapes = new Map(Object.entries(run.feeds).map(([name, { shape }]) => [name, shape]));
    const bindings = bind(this.#compiled, shapes);
    for (const name of [...run.fetch, ...Object.keys(run.keep)]) this.#output(name);
    const feeds = await this.#feeds(run, bindings);
    const results =
      this.#compiled.device === 'cpu'
        ? await this.#runInto(feeds, run, bindings)
        : await this.#runAll(feeds, run);
    const fetched: Record<string, TensorData> = {};
    for (const name of run.fetch) {
      const result = results[name] as ort.Tensor;
      const data = await this.#store.values(result);
      const shared = name in run.keep && result.location === 'cpu'; // fetched values leave this thread, kept ones stay
      fetched[name] = { data: shared ? data.slice() : data, shape: result.dims };
      if (!(name in run.keep)) result.dispose();
    }
    for (const [output, resident] of Object.entries(run.keep))
      this.#store.set(resident, results[output] as ort.Tensor);
    return fetched;
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  endProfiling(): void {
    this.#session.endProfiling();
  }

  async #feeds({ feeds, accumulate }: Run, bindings: Bindings): Promise<Tensors> {
    const { name: program, inputs, device } = this.#compiled;
    const fed: Tensors = {};
    for (const { name, source, type, shape } of inputs) {
      if (source === 'accumulator' && !accumulate) {
        fed[name] = new ort.Tensor(
          new Float32Array(1),
          shape.map(() => 1),
        ); // broadcast
      } else if (source === 'parameter' || source === 'accumulator') {
        const resident = this.#store.need(name, `run ${program}`);
        if (resident.type !== type || resident.dims.join() !== shape.join())
          throw new Error(
            `run ${program}: resident ${name} must be ${type}${formatShape(shape)}, got ${resident.type}${formatShape(resident.dims)}; is it of another network?`,
          );
        fed[name] = device === 'webgpu' ? await this.#store.onGpu(name) : resident;
      } else if (source === 'feed') {
        const { data, shape } = this.#values(feeds[name] as Feed);
        if (!(data instanceof dataTypes[type].array))
          throw new Error(
            `run ${program}: input ${name} must be ${type}, got ${data.constructor.name}`,
          );
        fed[name] = new ort.Tensor(type, data, [...shape]);
      } else {
        const { data, shape, type } = auxiliaryData(source, bindings);
        fed[name] = new ort.Tensor(type, data, shape);
      }
    }
    return fed;
  }

  #values(feed: Feed): TensorData {
    return 'rows' in feed ? this.#rows.gather(feed) : feed;
  }

  /** On WebGPU outputs are new buffers (always all of them): what is kept is fed back without a copy. */
  async #runAll(feeds: Tensors, { fetch, keep }: Run): Promise<Tensors> {
    const results = (await this.#session.run(feeds).catch(explain)) as Tensors;
    for (const [name, tensor] of Object.entries(results))
      if (!fetch.includes(name) && !(name in keep)) tensor.dispose();
    return results;
  }

  /**
   * On the CPU outputs are written into given memory: the resident's own where it may be overwritten. The binding would
   * copy each output once more; a sequence as first output makes it stop before that, when the outputs are written.
   * Should a later version not stop, all is well.
   */
  async #runInto(feeds: Tensors, { fetch, keep }: Run, bindings: Bindings): Promise<Tensors> {
    const results: Tensors = {};
    for (const name of [...fetch, ...Object.keys(keep)]) {
      const output = this.#output(name);
      const shape = evaluateShape(output.shape, bindings);
      const resident =
        keep[name] === undefined ? undefined : this.#reusable(output, keep[name], shape);
      const size = shape.reduce((a, b) => a * b, 1);
      results[name] =
        resident ??
        new ort.Tensor(output.type, new dataTypes[output.type].array(size) as Float32Array, shape);
    }
    try {
      await this.#session.run(feeds, { [sentinelName]: null, ...results });
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('Non tensor type'))) throw error;
    }
    return results;
  }

  #output(name: string): ModelOutput {
    const output = this.#compiled.outputs.find((candidate) => candidate.name === name);
    if (!output)
      throw new Error(
        `run ${this.#compiled.name}: there is no output ${name}; outputs are ${this.#compiled.outputs.map((o) => o.name).join(', ')}`,
      );
    return output;
  }

  #reusable(
    { overwrites, type }: ModelOutput,
    name: string,
    shape: readonly number[],
  ): ort.Tensor | undefined {
    const resident = this.#store.find(name);
    const read = this.#compiled.inputs.some(
      (input) => input.source !== 'feed' && input.name === name,
    );
    const fits = resident?.type === type && resident.dims.join() === shape.join();
    return fits && (!read || overwrites.includes(name)) ? resident : undefined;
  }
}

/** Puts an error of onnxruntime that a user can do something about in our words. */
function explain(error: Error): never {
  if (!error.message.includes('requires f16')) throw error;
  const rule = 'float16 needs a GPU with shader-f16, got one without; load the graph in float32';
  throw new Error(`run: ${rule}`, { cause: error });
}

function sessionOptions({
  device,
  threads,
  profile,
}: SessionOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [device],
    graphOptimizationLevel: 'basic', // what we emit gains nothing from more, which takes as long again to load
    enableMemPattern: false, // shapes change from run to run
    logSeverityLevel: 3,
    ...(device === 'cpu' && { intraOpNumThreads: threads }),
    ...(profile !== undefined && { enableProfiling: true, profileFilePrefix: profile }),
    ...(device === 'webgpu' && { preferredOutputLocation: 'gpu-buffer' as const }),
    extra: {
      session: { set_denormal_as_zero: '1' },
      optimization: { disable_specified_optimizers: 'GemmTransposeFusion' }, // see emitSmallerTransposed
    },
  };
}

/** A loaded graph, as the main thread sees it. */
import type { CompiledGraph } from '../compile.js';
import type { TensorData } from '../data.js';
import type { Feed } from './protocol.js';
import type { Runtime } from './runtime.js';

export interface RunOptions {
  /** Outputs to return; all that are not kept unless given. */
  readonly fetch?: readonly string[];
  /** Output → resident it becomes. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Feeds accumulators their residents, so that what is kept under their names is added to. Default: zeros. */
  readonly accumulate?: boolean;
  /** Rejects the run's promise with AbortError; a run that has begun still completes in the worker. */
  readonly signal?: AbortSignal;
}

/** A loaded graph. */
export class Program {
  readonly compiled: CompiledGraph;
  readonly #runtime: Runtime;
  readonly #id: number;

  /** Made by `Runtime.load` alone. */
  constructor(runtime: Runtime, compiled: CompiledGraph, id: number) {
    this.#runtime = runtime;
    this.compiled = compiled;
    this.#id = id;
  }

  /**
   * One run. Symbols take their values from the feeds' shapes; parameters are fed from residents of their names.
   * Throws when a feed or resident is missing or has the wrong type or shape, and AbortError when aborted.
   */
  async run(
    feeds: Readonly<Record<string, Feed>>,
    { fetch, keep = {}, accumulate = false, signal }: RunOptions = {},
  ): Promise<Readonly<Record<string, TensorData>>> {
    signal?.throwIfAborted();
    const wanted =
      fetch ?? this.compiled.outputs.map(({ name }) => name).filter((name) => !(name in keep));
    const aborted = new Int32Array(new SharedArrayBuffer(4));
    const result = this.#runtime.request('run', {
      program: this.#id,
      feeds,
      fetch: wanted,
      keep,
      accumulate,
      aborted,
    });
    if (!signal) return result;
    return new Promise((resolve, reject) => {
      const abort = () => {
        Atomics.store(aborted, 0, 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }

  /** Frees the session. */
  async dispose(): Promise<void> {
    await this.#runtime.request('unload', { program: this.#id });
  }
}

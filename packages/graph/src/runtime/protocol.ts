/** What the main thread and the runtime's worker say to each other. */
import type { CompiledGraph } from '../compile.js';
import type { DataType, TensorData, TypedArray } from '../data.js';
import type { Device } from '../operators/operator.js';
import type { RowGradients, RowUpdate } from './rows.js';

/** Values for an input: given, or gathered from the rows of a resident table (ids.length rows, in `shape`). */
export type Feed = TensorData | RowsFeed;

export interface RowsFeed {
  /** Name of a resident [V, D]. */
  readonly rows: string;
  readonly ids: Int32Array;
  /** […, D] with ids.length elements in front. */
  readonly shape: readonly number[];
  /** While training: rows are first brought to where dense AdamW would have them by now. Default: read as they are. */
  readonly makesUp?: boolean;
}

export interface ResidentData extends TensorData {
  readonly type: DataType;
}

/** Method → its argument and result. */
export interface Methods {
  put: { argument: Readonly<Record<string, ResidentData>>; result: undefined };
  get: { argument: { readonly name: string }; result: ResidentData };
  take: { argument: readonly string[]; result: Readonly<Record<string, ResidentData>> };
  delete: { argument: { readonly name: string }; result: boolean };
  names: { argument: undefined; result: readonly string[] };
  load: {
    argument: {
      readonly compiled: CompiledGraph;
      readonly profile: string | undefined;
      readonly threads: number;
    };
    result: number;
  };
  unload: { argument: { readonly program: number }; result: undefined };
  run: {
    argument: {
      readonly program: number;
      readonly feeds: Readonly<Record<string, Feed>>;
      readonly fetch: readonly string[];
      readonly keep: Readonly<Record<string, string>>;
      readonly accumulate: boolean;
      /** One number, not 0 once the run is aborted. */
      readonly aborted: Int32Array;
    };
    result: Readonly<Record<string, TensorData>>;
  };
  gatherRows: { argument: RowsFeed; result: TensorData };
  collectRows: { argument: RowGradients; result: number };
  updateRows: { argument: RowUpdate; result: undefined };
  settleRows: { argument: { readonly table: string }; result: undefined };
  stop: { argument: undefined; result: undefined };
}

export type MethodName = keyof Methods;
export type Request = {
  readonly [M in MethodName]: {
    readonly id: number;
    readonly method: M;
    readonly argument: Methods[M]['argument'];
  };
}[MethodName];
export type Response =
  | { readonly id: number; readonly result: Methods[MethodName]['result'] }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

export interface WorkerOptions {
  readonly device: Device;
}

export const buffersOf = (arrays: Iterable<TypedArray>): ArrayBuffer[] => [
  ...new Set(
    [...arrays].map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer),
  ),
];

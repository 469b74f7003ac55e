/** What the engine's benchmark tells its two sides (meta.json, then commands) and hears from them. */

export interface Batch {
  /** [B, T] */
  readonly shape: readonly [number, number];
  readonly ids: readonly number[];
  readonly mask: readonly number[];
  readonly starts: readonly number[];
}

export interface Meta {
  readonly width: number;
  readonly layers: number;
  readonly vocabulary: number;
  readonly maxTokens: number;
  readonly threads: number;
  readonly train: boolean;
  /** Ours only: writes onnxruntime's profile into the folder. */
  readonly profile: boolean;
  readonly learningRate: number;
  /** Parameters and the word table: name → shape; the values lie in NAME.f32. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly batches: readonly Batch[];
}

export interface Command {
  readonly steps: number;
  readonly train: boolean;
  readonly autocast: boolean;
}

export interface Reply {
  readonly version?: string;
  readonly creationSeconds?: number;
  readonly losses?: readonly number[];
  readonly seconds?: readonly number[];
  /** Of all threads, over all steps of the command. */
  readonly processorSeconds?: number;
  /** Seconds of gradients, row gradients, optimiser, rows. */
  readonly parts?: readonly (readonly number[])[];
  readonly peakBytes?: number;
}

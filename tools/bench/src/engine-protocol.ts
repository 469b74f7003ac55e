/** What the engine's benchmark tells its two sides (meta.json, then commands) and hears from them. */
import type { TrainingConfig } from '@calibre/train';

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
  readonly learningRate: number;
  /** Parameters and the word table: name → shape; the values lie in NAME.f32. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly batches: readonly Batch[];
}

/** How our side runs. */
export interface Way extends Pick<TrainingConfig, 'lanes' | 'microBatches'> {
  /** Writes onnxruntime's profile into the folder. */
  readonly profile?: boolean;
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
  readonly peakBytes?: number;
}

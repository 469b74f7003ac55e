/** The steps that the engine's benchmark compares, with weights and batches from a seed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildEncoder, initialValues, uniform } from './encoder.js';
import type { Batch, Meta } from './engine-protocol.js';

export interface Setting {
  readonly name: string;
  readonly width: number;
  readonly layers: number;
  readonly vocabulary: number;
  readonly train: boolean;
  readonly batches: readonly (readonly [batch: number, tokens: number])[];
  /** Largest share of PyTorch's time. */
  readonly goal: number;
}

export const settings: readonly Setting[] = [
  {
    name: '256 × 6, 30k, 32 × 128',
    width: 256,
    layers: 6,
    vocabulary: 30_000,
    train: true,
    batches: [[32, 128]],
    goal: 0.6,
  },
  {
    name: '768 × 12, 120k, 8 × 192',
    width: 768,
    layers: 12,
    vocabulary: 120_000,
    train: true,
    batches: [[8, 192]],
    goal: 0.45,
  },
  {
    name: '768 × 12, 250k, 8 × 192',
    width: 768,
    layers: 12,
    vocabulary: 250_000,
    train: true,
    batches: [[8, 192]],
    goal: 0.45,
  },
  {
    name: '256 × 4, 40k, 64 of 20–80 tokens',
    width: 256,
    layers: 4,
    vocabulary: 40_000,
    train: true,
    batches: [
      [64, 20],
      [64, 35],
      [64, 50],
      [64, 65],
      [64, 80],
    ],
    goal: 1 / 1.6,
  },
  {
    name: '768 × 12, forward, 1 × 64',
    width: 768,
    layers: 12,
    vocabulary: 30_000,
    train: false,
    batches: [[1, 64]],
    goal: 0.8,
  },
  {
    name: '768 × 12, forward, 16 × 128',
    width: 768,
    layers: 12,
    vocabulary: 30_000,
    train: false,
    batches: [[16, 128]],
    goal: 0.8,
  },
];

/** Writes weights and batches into the folder. */
export function prepare(
  { width, layers, vocabulary, train, batches }: Setting,
  { folder, threads }: { readonly folder: string; readonly threads: number },
): void {
  const random = uniform(1);
  const size = { width, layers, vocabulary, maxTokens: 512 };
  const { graph } = buildEncoder(size);
  const shapes = [...graph.parameters].map(
    ([name, { shape }]) => [name, shape as readonly number[]] as const,
  );
  const parameters = Object.fromEntries([...shapes, ['wordTable', [vocabulary, width]] as const]);
  for (const [name, shape] of Object.entries(parameters))
    writeFileSync(join(folder, `${name}.f32`), initialValues(name, shape, random));
  const draw = ([B, T]: readonly [number, number]): Batch => ({
    shape: [B, T],
    ids: Array.from({ length: B * T }, () => Math.floor((random() + 0.5) * vocabulary)),
    mask: Array.from({ length: B * T }, () => 1),
    starts: Array.from({ length: B }, () => Math.floor((random() + 0.5) * T)),
  });
  const meta: Meta = {
    ...size,
    threads,
    train,
    learningRate: 1e-4,
    parameters,
    batches: batches.map(draw),
  };
  writeFileSync(join(folder, 'meta.json'), JSON.stringify(meta));
}

/** Reads the recorded values beside this file; golden/README.md says what made them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Graph, Runtime } from '@calibre/graph';
import { afterAll, expect } from 'vitest';
import { openSafetensors } from '../src/files/safetensors.js';
import { type Feeds, pickFeeds } from '../src/index.js';

export const goldenPath = (name: string): string =>
  fileURLToPath(new URL(`golden/${name}`, import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: recorded output of other programs, of many shapes
export type Recorded = any;

export const goldenJson = (name: string): Recorded =>
  JSON.parse(readFileSync(goldenPath(name), 'utf8'));

export interface GoldenTensor {
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

export async function goldenTensors(name: string) {
  const file = await openSafetensors(goldenPath(name));
  const tensors = new Map<string, GoldenTensor>();
  for (const key of file.entries.keys()) tensors.set(key, (await file.read(key)) as GoldenTensor);
  await file.close();
  return { tensors, metadata: file.metadata };
}

/** A runtime of one thread for the tests of a file. */
export async function runtimeOfTests(): Promise<Runtime> {
  const runtime = await Runtime.start({ threads: 1 });
  afterAll(() => runtime.dispose());
  return runtime;
}

/** Makes every tensor resident, under `prefix` and its own name. */
export async function putAll(
  runtime: Runtime,
  tensors: ReadonlyMap<string, GoldenTensor>,
  prefix = '',
): Promise<void> {
  for (const [name, tensor] of tensors) await runtime.put(prefix + name, tensor);
}

/** Loads, runs and disposes of a graph; of the feeds those that it reads. */
export async function runGraph(
  runtime: Runtime,
  graph: Graph,
  feeds: Feeds,
): Promise<Record<string, GoldenTensor>> {
  const program = await runtime.load(graph);
  const results = await program.run(pickFeeds(feeds, graph.inputs.keys()));
  await program.dispose();
  return results as Record<string, GoldenTensor>;
}

/** Largest absolute difference, over the elements that `counts` names; a missing value fails. */
export function largestDifference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  counts: (index: number) => boolean = () => true,
): number {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  for (let i = 0; i < expected.length; i++)
    if (counts(i)) {
      const difference = Math.abs((actual[i] as number) - (expected[i] as number));
      if (!(difference <= largest)) largest = difference;
    }
  return largest;
}

/** Far above float32's rounding in these networks, far below any error in a formula. */
const tolerance = 1e-5;

export function expectClose(
  actual: ArrayLike<number> | undefined,
  expected: ArrayLike<number>,
  counts?: (index: number) => boolean,
): void {
  expect(largestDifference(actual ?? [], expected, counts)).toBeLessThan(tolerance);
}

/** The one value of a loss. */
export const expectLoss = (loss: GoldenTensor | undefined, expected: number): void =>
  expectClose(loss?.data, [expected]);

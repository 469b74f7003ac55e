import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Runtime } from '@calibre/graph';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { toySentences, toyTokenizer, toyTraining } from '../test/toy.js';
import type { Tensors } from './checkpoint.js';
import { unframe } from './event-records.js';
import { trainPbr } from './recipes/pbr.js';

let runtime: Runtime;
let folder: string;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fit-'));
});
afterEach(() => rm(folder, { recursive: true }));

const examples = [...toySentences(60), ...toySentences(60, { language: 'es' })];

async function run(
  options: { stateFolder?: string; stopAfter?: number; more?: Record<string, unknown> } = {},
): Promise<Tensors> {
  const { stateFolder, stopAfter, more } = options;
  const controller = new AbortController();
  const { checkpoint } = await trainPbr({
    examples,
    from: { tokenizer: toyTokenizer },
    runtime,
    stateFolder,
    tensorBoard: { clock: () => 0 },
    config: { ...toyTraining, steps: 12, saveEverySteps: 5, order: 'continual', ...more },
    signal: controller.signal,
    onRecord: ({ step }) => {
      if (step === stopAfter) controller.abort();
    },
  });
  return checkpoint.weights;
}

const bytes = (weights: Tensors) =>
  [...weights].map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('base64')]);

test.each([3, 6])(
  'stopped after step %i and resumed, the weights are the uninterrupted run’s, bit for bit',
  async (stopAfter) => {
    await expect(run({ stateFolder: folder, stopAfter })).rejects.toThrow('aborted');
    const resumed = await run({ stateFolder: folder });
    expect(bytes(resumed)).toEqual(bytes(await run()));
    const lines = (await readFile(join(folder, 'log.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).step)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    const events = [...unframe(await readFile(join(folder, 'events.out.tfevents.calibre')))];
    expect(events.length).toBe(1 + 12); // the format's version, and the records
  },
);

test('the same with dense embeddings, accumulation, masked language modelling and averaged weights', async () => {
  const loss = { joint: 1, label: 0.3, maskedLanguageModel: 1 };
  const more = { loss, accumulate: 2, emaDecay: 0.9 };
  await expect(run({ stateFolder: folder, stopAfter: 7, more })).rejects.toThrow('aborted');
  expect(bytes(await run({ stateFolder: folder, more }))).toEqual(bytes(await run({ more })));
});

test('a state holds a checkpoint beside the optimizer; the newest two are kept', async () => {
  await run({ stateFolder: folder });
  expect(await readdir(folder)).toEqual([
    'events.out.tfevents.calibre',
    'log.jsonl',
    'step-00000010',
    'step-00000012',
  ]);
  expect(await readdir(join(folder, 'step-00000012'))).toEqual(
    expect.arrayContaining([
      'SHA256SUMS',
      'config.json',
      'model.safetensors',
      'optimizer.safetensors',
      'tokenizer.json',
      'trainer.json',
    ]),
  );
});

test('a learning rate that makes the loss infinite stops with the batch named', async () => {
  const more = { learningRate: 1e30, clipNorm: 1e30, warmupShare: 0 };
  await expect(run({ more })).rejects.toThrow(/must be finite.*in batch 0\.\d/);
});

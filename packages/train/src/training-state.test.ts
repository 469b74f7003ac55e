import { createHash } from 'node:crypto';
import { cp, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeviceLostError, Graph, Runtime } from '@calibre/graph';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { toySentences, toyTokenizer, toyTraining } from '../test/toy.js';
import type { Tensors } from './checkpoint.js';
import { type PbrOptions, trainPbr } from './recipes/pbr.js';
import { latestSnapshot } from './snapshots.js';

let runtime: Runtime;
let root: string; // holds the states of a whole run, and for each test a copy of them
let folder: string;
let whole: Tensors;

async function run(options: Partial<PbrOptions> = {}): Promise<Tensors> {
  const { checkpoint } = await trainPbr({
    examples: toySentences(60),
    from: { tokenizer: toyTokenizer },
    runtime,
    stateFolder: folder,
    ...options,
    config: { ...toyTraining, steps: 9, saveEverySteps: 4, ...options.config },
  });
  return checkpoint.weights;
}

beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
  root = await mkdtemp(join(tmpdir(), 'training-state-'));
  folder = join(root, 'whole');
  whole = await run();
});
afterAll(async () => {
  await runtime.dispose();
  await rm(root, { recursive: true });
});
beforeEach(async () => {
  folder = join(root, 'copy');
  await cp(join(root, 'whole'), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const inNewest = (name: string) => join(folder, 'step-00000009', name);

async function flipByte(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  const position = (await file.stat()).size >> 1;
  await file.read(byte, 0, 1, position);
  await file.write(Buffer.of((byte[0] as number) ^ 1), 0, 1, position);
  await file.close();
}

test.each([
  ['a flipped byte of the optimizer', () => flipByte(inNewest('optimizer.safetensors'))],
  ['weights cut short', () => truncate(inNewest('model.safetensors'), 1000)],
  ['a missing trainer.json', () => rm(inNewest('trainer.json'))],
])('%s: the run goes on from the state before, to the same bytes', async (_, damage) => {
  await damage();
  const steps: number[] = [];
  expect(await run({ onRecord: ({ step }) => steps.push(step) })).toEqual(whole);
  expect(steps).toEqual([9]);
});

test('both states damaged: refused, and nothing is touched', async () => {
  await flipByte(inNewest('config.json'));
  await flipByte(join(folder, 'step-00000008', 'config.json'));
  await expect(run()).rejects.toThrow('config.json is missing or changed');
  await flipByte(inNewest('config.json'));
  expect(await latestSnapshot(folder)).toMatchObject({ step: 9, damaged: [] });
});

test('a state of another version is refused', async () => {
  const text = await readFile(inNewest('trainer.json'), 'utf8');
  const changed = text.replace('"version": 2', '"version": 1');
  await writeFile(inNewest('trainer.json'), changed);
  const sums = await readFile(inNewest('SHA256SUMS'), 'utf8');
  const sum = (of: string) => createHash('sha256').update(of).digest('hex');
  await writeFile(inNewest('SHA256SUMS'), sums.replace(sum(text), sum(changed)));
  await expect(run()).rejects.toThrow(/must be of version 2, got 1; use the release/);
});

test('a state of another configuration is refused, naming the first difference', async () => {
  const config = { loss: { joint: 1, label: 0.5 } };
  await expect(run({ config })).rejects.toThrow('loss.label must be 0.3');
  await expect(run({ config: { keepStates: 5 } })).resolves.toBeDefined();
});

test('a state of another network, here of other labels, is refused', async () => {
  const examples = toySentences(60).map((sentence) => ({
    ...sentence,
    spans: sentence.spans.map((span) => ({ ...span, label: 'NAME' })),
  }));
  await expect(run({ examples })).rejects.toThrow(
    'calibre.calibrator.labels must be ["NONE","LOC","PER"]',
  );
});

/** Runs a node that fails and that onnxruntime's error names: it then speaks of a lost device. */
async function loseDevice(of: Runtime): Promise<void> {
  const graph = new Graph('losing');
  graph.output('device lost', graph.input('x', [1]).gather(graph.constant(Int32Array.of(7))));
  const program = await of.load(graph);
  await program.run({ x: { data: Float32Array.of(1), shape: [1] } });
}

test('a device lost in mid-run ends the run; on another one it goes on to the same bytes', async () => {
  await rm(folder, { recursive: true });
  const lost = await Runtime.start({ threads: 1 });
  let loss: Promise<unknown> | undefined;
  const onRecord = ({ step }: { step: number }) => {
    if (step === 6) loss = loseDevice(lost).catch(() => undefined);
  };
  await expect(run({ runtime: lost, onRecord })).rejects.toThrow(DeviceLostError);
  await loss;
  expect(await latestSnapshot(folder)).toMatchObject({ step: 4, damaged: [] });
  expect(await run()).toEqual(whole);
});

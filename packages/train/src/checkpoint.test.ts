import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Configuration, calibratorDefaults, encoderOfSize } from '@calibre/model';
import { expect, test } from 'vitest';
import { toyTokenizer } from '../test/toy.js';
import { type Checkpoint, initialWeights, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { randomOf } from './random.js';

const encoder = encoderOfSize('tiny', {
  vocabularySize: toyTokenizer.vocabularySize,
  width: 4,
  innerWidth: 8,
  layers: 1,
});
const network = (labels: readonly string[]): Configuration => ({
  encoder,
  tags: [],
  calibrator: { ...calibratorDefaults, labels },
});
const fresh = (configuration: Configuration, seed: number): Checkpoint => ({
  configuration,
  tokenizer: toyTokenizer,
  weights: initialWeights(configuration, { random: randomOf(seed) }),
});
const row = ({ weights }: Pick<Checkpoint, 'weights'>, name: string, index: number) =>
  Array.from(weights.get(name)?.data.slice(index * 4, index * 4 + 4) ?? [], Number);

test('labels keep their weights under another order of labels; a new label begins anew', () => {
  const from = fresh(network(['NONE', 'PER', 'LOC']), 1);
  const target = network(['NONE', 'LOC', 'MISC', 'PER']);
  const weights = initialWeights(target, { from, random: randomOf(2) });
  const [head, embedding] = ['calibrator.label.weight', 'calibrator.label_embeddings.weight'];
  expect(row({ weights }, head, 3)).toEqual(row(from, head, 1)); // PER
  expect(row({ weights }, head, 1)).toEqual(row(from, head, 2)); // LOC
  expect(row({ weights }, head, 2)).toEqual(row(fresh(target, 2), head, 2)); // MISC
  expect(row({ weights }, embedding, 4)).toEqual(row(from, embedding, 2)); // PER, after the row of no label
  expect(row({ weights }, embedding, 5)).toEqual(row(from, embedding, 4)); // unknown label
});

test('an encoder of another width cannot go on from it', () => {
  const wider = { ...network(['NONE']), encoder: { ...encoder, width: 8, embeddingWidth: 8 } };
  const from = fresh(network(['NONE']), 1);
  expect(() => initialWeights(wider, { from, random: randomOf(1) })).toThrow(
    'continue with the configuration',
  );
});

test('a checkpoint is read as it was written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
  const saved = fresh(network(['NONE', 'PER']), 1);
  await saveCheckpoint(folder, saved);
  const read = await loadCheckpoint(folder);
  expect(read.configuration).toEqual(saved.configuration);
  expect(read.weights).toEqual(saved.weights);
  expect(read.tokenizer.vocabulary).toEqual(saved.tokenizer.vocabulary);
  await rm(folder, { recursive: true });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { goldenJson, goldenPath, goldenTensors } from '../../test/golden.js';
import { expectTagsOfHuggingFace } from '../../test/tagger-fixture.js';
import { checkConformance } from '../conformance/index.js';
import { writeCheckpoint } from '../files/checkpoint.js';
import { loadTokenizer } from '../tokenizers/load-tokenizer.js';
import { calibreModel } from './calibre.js';

/** The tiny BERT with its token classification head, as one checkpoint folder. */
async function taggerFolder(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'tagger-')), 'checkpoint');
  onTestFinished(() => rm(join(folder, '..'), { recursive: true }));
  const [encoder, heads] = await Promise.all(
    ['model', 'heads'].map((name) => goldenTensors(`bert-tiny/${name}.safetensors`)),
  );
  await writeCheckpoint(folder, {
    config: goldenJson('tagger-onnx/config.json'),
    tensors: new Map([...(encoder?.tensors ?? []), ...(heads?.tensors ?? [])]),
    tokenizer: await loadTokenizer(goldenPath('bert-tiny')),
  });
  return folder;
}

test('conforms', async () => {
  const folder = await taggerFolder();
  await checkConformance(() => calibreModel(folder, { threads: 1 }));
});

test('a token classifier of Hugging Face gives the tags that it gives there', async () =>
  expectTagsOfHuggingFace(await calibreModel(await taggerFolder(), { threads: 1 })));

test('a folder without tags is an error that says so', async () => {
  await expect(calibreModel(goldenPath('bert-tiny'))).rejects.toThrow(
    'config.json must name the tags of a token classifier in id2label, got none',
  );
});

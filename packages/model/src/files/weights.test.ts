import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeSafetensors } from './safetensors.js';
import { openWeights } from './weights.js';

const values = (...numbers: number[]) => ({
  data: new Float32Array(numbers),
  shape: [numbers.length],
});

async function folderWith(
  files: Readonly<Record<string, Record<string, ReturnType<typeof values>> | string>>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'weights-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    if (typeof content === 'string') await writeFile(path, content);
    else await writeSafetensors(path, new Map(Object.entries(content)));
  }
  return folder;
}

test('shards are read by their index', async () => {
  const index = { weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors' } };
  const folder = await folderWith({
    'model-1.safetensors': { a: values(1) },
    'model-2.safetensors': { b: values(2, 3) },
    'model.safetensors.index.json': JSON.stringify(index),
  });
  const store = await openWeights(folder);
  onTestFinished(() => store.close());
  expect((await store.read('b')).data).toEqual(new Float32Array([2, 3]));
});

test('a shard that lacks a tensor of the index is an error that names both', async () => {
  const folder = await folderWith({
    'model-1.safetensors': { a: values(1) },
    'model.safetensors.index.json': '{"weight_map": {"b": "model-1.safetensors"}}',
  });
  await expect(openWeights(folder)).rejects.toThrow('b must be in model-1.safetensors');
});

test('an index may not point outside its folder', async () => {
  const folder = await folderWith({
    'model.safetensors.index.json': '{"weight_map": {"b": "../model.safetensors"}}',
  });
  await expect(openWeights(folder)).rejects.toThrow('must be the name of a file beside it');
});

test('pytorch_model.bin is refused with the remedy', async () => {
  const folder = await folderWith({ 'pytorch_model.bin': '' });
  await expect(openWeights(folder)).rejects.toThrow(
    'call save_pretrained(folder), which writes model.safetensors',
  );
});

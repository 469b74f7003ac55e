import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSafetensors, type TensorStore } from './safetensors.js';
import type { TensorEntry } from './safetensors-header.js';

const single = 'model.safetensors';
const index = 'model.safetensors.index.json';

/**
 * Opens the weights of a checkpoint folder: `model.safetensors`, or its shards by their index.
 *
 * @throws where there are none in this format (with the remedy for `pytorch_model.bin`), or a shard lacks a tensor
 */
export async function openWeights(folder: string): Promise<TensorStore> {
  const names = await readdir(folder);
  if (names.includes(single)) return openSafetensors(join(folder, single));
  if (names.includes(index)) return openShards(folder);
  if (names.some((name) => name.startsWith('pytorch_model'))) {
    throw new Error(
      `${folder}: weights must be safetensors, got pytorch_model.bin, a pickle that could run any code; in Python load the model and call save_pretrained(folder), which writes ${single}`,
    );
  }
  throw new Error(
    `${folder}: must hold ${single} or ${index}, got ${names.slice(0, 8).join(', ') || 'an empty folder'}; give the folder of a checkpoint`,
  );
}

async function openShards(folder: string): Promise<TensorStore> {
  const path = join(folder, index);
  const map = weightMap(path, await readFile(path, 'utf8'));
  const stores = new Map<string, TensorStore>();
  const close = async (): Promise<void> => {
    await Promise.all([...stores.values()].map((store) => store.close()));
  };
  try {
    for (const file of new Set(map.values())) {
      stores.set(file, await openSafetensors(join(folder, file)));
    }
    const entries = new Map<string, TensorEntry>();
    for (const [name, file] of map) {
      const entry = stores.get(file)?.entries.get(name);
      if (!entry) {
        throw new Error(
          `${path}: ${name} must be in ${file}, which has no such tensor; download the shards and their index again`,
        );
      }
      entries.set(name, entry);
    }
    return {
      entries,
      metadata: {},
      close,
      read: (name) => (stores.get(map.get(name) ?? '') as TensorStore).read(name),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function weightMap(path: string, text: string): Map<string, string> {
  const malformed = (problem: string) =>
    new Error(`${path}: ${problem}; download the shards and their index again`);
  let map: unknown;
  try {
    map = (JSON.parse(text) as { weight_map?: unknown } | null)?.weight_map;
  } catch (error) {
    throw malformed(`must be JSON (${(error as Error).message})`);
  }
  if (typeof map !== 'object' || map === null) throw malformed('must hold a weight_map');
  for (const [name, file] of Object.entries(map)) {
    if (typeof file !== 'string' || /[\\/]/.test(file)) {
      throw malformed(
        `weight_map["${name}"] must be the name of a file beside it, got ${JSON.stringify(file)}`,
      );
    }
  }
  return new Map(Object.entries(map));
}

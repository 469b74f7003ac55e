import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSafetensors, type StoredTensor, type TensorStore } from './safetensors.js';
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

/** A tensor that a network needs. */
export interface WantedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A network's weights out of a checkpoint. */
export interface SelectedWeights {
  /** float32 values under the wanted names. */
  readonly tensors: Map<
    string,
    { readonly data: Float32Array<ArrayBuffer>; readonly shape: readonly number[] }
  >;
  /** Wanted, may be absent, and not in the checkpoint: the network starts these anew. */
  readonly fresh: readonly string[];
  /** In the checkpoint and not wanted. */
  readonly unused: readonly string[];
}

/**
 * Reads the tensors that a network wants. A name also matches without the encoder's prefix (`bert.`), with the
 * prefix where the wanted name has none, and with the names that old checkpoints give to LayerNorm's (`gamma`, `beta`).
 *
 * @param options.prefix the encoder's prefix, which bare encoders leave out of their names
 * @param options.mayBeFresh whether a tensor may be absent, such as a head's; default: none may
 * @throws naming each absent tensor, or the first of another shape than wanted
 */
export async function selectWeights(
  store: TensorStore,
  wanted: readonly WantedTensor[],
  {
    prefix = '',
    mayBeFresh = () => false,
  }: { prefix?: string; mayBeFresh?: (name: string) => boolean } = {},
): Promise<SelectedWeights> {
  const found = new Map<string, string>();
  for (const { name } of wanted) {
    const stored = spellings(name, prefix).find((spelling) => store.entries.has(spelling));
    if (stored !== undefined) found.set(name, stored);
  }
  const fresh = wanted.map(({ name }) => name).filter((name) => !found.has(name));
  const missing = fresh.filter((name) => !mayBeFresh(name));
  if (missing.length > 0) {
    throw new Error(
      `checkpoint: lacks ${missing.length} of ${wanted.length} tensors (${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}); the weights must belong to config.json's model_type and num_hidden_layers`,
    );
  }
  const tensors: SelectedWeights['tensors'] = new Map();
  for (const { name, shape } of wanted) {
    const stored = found.get(name);
    if (stored === undefined) continue;
    const entry = store.entries.get(stored) as TensorEntry;
    if (entry.shape.join() !== shape.join()) {
      throw new Error(
        `checkpoint: ${stored} must have shape [${shape.join(', ')}] by config.json, got [${entry.shape.join(', ')}]; use the config.json that belongs to these weights`,
      );
    }
    tensors.set(name, { data: float32(stored, await store.read(stored)), shape });
  }
  const used = new Set(found.values());
  return { tensors, fresh, unused: [...store.entries.keys()].filter((name) => !used.has(name)) };
}

function spellings(name: string, prefix: string): string[] {
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const old = (spelling: string) =>
    spelling
      .replace(/(LayerNorm|layer_norm)\.weight$/, '$1.gamma')
      .replace(/(LayerNorm|layer_norm)\.bias$/, '$1.beta');
  return [name, bare, old(name), old(bare)];
}

function float32(name: string, { data }: StoredTensor): Float32Array<ArrayBuffer> {
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array) return Float32Array.from(data);
  throw new Error(
    `checkpoint: ${name} must hold floating point numbers, got ${data.constructor.name}; quantised checkpoints are not supported, use the float32 or float16 one`,
  );
}

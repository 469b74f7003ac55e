import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { locateCheckpoint } from './locate-checkpoint.js';
import { type TensorStore, type TensorToStore, writeSafetensors } from './safetensors.js';
import { openWeights } from './weights.js';
import { settleFolder, writeFolder } from './write-beside.js';

/** A checkpoint folder that is open for reading; close `weights` when done. */
export interface CheckpointFiles {
  /** `config.json`, parsed and otherwise as it is. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly weights: TensorStore;
}

/** What a checkpoint folder is made of. */
export interface CheckpointContent {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, TensorToStore>;
  readonly tokenizer: Tokenizer;
  /** Writes further files, such as a training state, into the folder that is being made. */
  readonly more?: (folder: string) => Promise<void>;
}

/**
 * Opens a checkpoint folder in Hugging Face's layout, by its path or, if downloaded, its id on the hub. Its tokenizer is read by `loadTokenizer`.
 *
 * @throws where the folder lacks `config.json` or weights that can be read
 */
export async function openCheckpoint(pathOrId: string): Promise<CheckpointFiles> {
  await settleFolder(pathOrId);
  const folder = await locateCheckpoint(pathOrId);
  return { config: await readConfig(folder), weights: await openWeights(folder) };
}

/**
 * Writes `config.json`, `model.safetensors` and the tokenizer's files as one: the folder holds the old checkpoint or the
 * whole new one at any moment. Other files in the folder stay.
 *
 * @throws where the folder holds something else than a checkpoint
 */
export async function writeCheckpoint(folder: string, content: CheckpointContent): Promise<void> {
  const tokenizerFiles = content.tokenizer.files();
  await writeFolder(folder, {
    owns: (name) => checkpointFile.test(name) || Object.hasOwn(tokenizerFiles, name),
    async write(place) {
      const texts = {
        ...tokenizerFiles,
        'config.json': `${JSON.stringify(content.config, null, 2)}\n`,
      };
      for (const [name, text] of Object.entries(texts)) {
        await writeFile(join(place, name), text, { flush: true });
      }
      // Hugging Face refuses weights that do not say which library's layout they have.
      const metadata = { format: 'pt' };
      await writeSafetensors(join(place, 'model.safetensors'), content.tensors, { metadata });
      await content.more?.(place);
    },
  });
}

// What earlier checkpoints and training states may have left, which must not outlive them.
const checkpointFile =
  /^(config|trainer|tokenizer|tokenizer_config|special_tokens_map|vocab)\.json$|^(vocab|merges)\.txt$|\.safetensors(\.index\.json)?$/;

async function readConfig(folder: string): Promise<Record<string, unknown>> {
  const path = join(folder, 'config.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${folder}: must hold config.json, got none; give the folder of a checkpoint`);
  }
  try {
    const config: unknown = JSON.parse(text);
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) {
      return config as Record<string, unknown>;
    }
  } catch (error) {
    throw new Error(`${path}: must be JSON (${(error as Error).message}); download the file again`);
  }
  throw new Error(`${path}: must hold a JSON object; download the file again`);
}

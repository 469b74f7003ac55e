import { Runtime } from '@calibre/graph';
import { openCheckpoint } from '../files/checkpoint.js';
import { readConfiguration } from '../network/configuration.js';
import { taggerParameters } from '../network/heads.js';
import { type DeviceOptions, putParameters } from '../network/load-encoder.js';
import { loadTokenizer } from '../tokenizers/load-tokenizer.js';
import type { BaseModel } from './base-model.js';
import { trainedTagger } from './trained-tagger.js';

/**
 * A tagger trained here, or a token classifier of Hugging Face's, from its checkpoint folder, on a runtime of its own.
 *
 * ```ts
 * const base = await calibreModel('checkpoints/tagger', { device: 'cpu' });
 * ```
 *
 * @throws where the folder holds no token classifier, or its files do not fit together
 */
export async function calibreModel(
  folder: string,
  { id = folder, ...device }: DeviceOptions & { readonly id?: string } = {},
): Promise<BaseModel> {
  const { config, weights } = await openCheckpoint(folder);
  try {
    const configuration = readConfiguration(config);
    if (configuration.tags.length === 0) {
      throw new Error(
        `${folder}: config.json must name the tags of a token classifier in id2label, got none; give the folder of a tagger`,
      );
    }
    const tokenizer = await loadTokenizer(folder);
    const runtime = await Runtime.start(device);
    try {
      const { encoder } = configuration;
      const specifications = taggerParameters(configuration);
      await putParameters(runtime, weights, { encoder, specifications });
      const release = () => runtime.dispose();
      return await trainedTagger(runtime, { id, configuration, tokenizer, release });
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
  } finally {
    await weights.close();
  }
}

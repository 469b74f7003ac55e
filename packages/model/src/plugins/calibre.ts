import { Runtime, type TensorData } from '@calibre/graph';
import { openCheckpoint } from '../files/checkpoint.js';
import { readConfiguration } from '../network/configuration.js';
import { maxTokens } from '../network/encoder-configuration.js';
import { pickFeeds } from '../network/feeds.js';
import { buildTaggerScores, taggerParameters } from '../network/heads.js';
import { type DeviceOptions, putParameters } from '../network/load-encoder.js';
import { taggerFeeds } from '../network/tagger-rows.js';
import { loadTokenizer } from '../tokenizers/load-tokenizer.js';
import type { BaseModel } from './base-model.js';
import { wordTagger } from './word-tagger.js';

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
      const program = await runtime.load(buildTaggerScores(configuration));
      const names = program.compiled.inputs
        .filter(({ source }) => source === 'feed')
        .map(({ name }) => name);
      return wordTagger({
        id,
        tags: configuration.tags,
        tokenizer,
        maxTokens: maxTokens(encoder),
        async classify(rows) {
          const feeds = taggerFeeds(rows, { encoder, pad: tokenizer.special.pad });
          const { tagLogits } = await program.run(pickFeeds(feeds, names));
          const { data, shape } = tagLogits as TensorData;
          const [, W, L] = shape as [number, number, number];
          return { data: data as Float32Array, offsetOf: (row, word) => (row * W + word) * L };
        },
        release: () => runtime.dispose(),
      });
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
  } finally {
    await weights.close();
  }
}

/** A token classifier whose weights are on a runtime, as a base model. */
import type { Runtime, TensorData } from '@calibre/graph';
import type { Configuration } from '../network/configuration.js';
import { maxTokens } from '../network/encoder-configuration.js';
import { pickFeeds } from '../network/feeds.js';
import { buildTaggerScores } from '../network/heads.js';
import { taggerFeeds } from '../network/tagger-rows.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import type { BaseModel } from './base-model.js';
import { wordTagger } from './word-tagger.js';

export interface TrainedTagger {
  readonly id: string;
  readonly configuration: Configuration;
  readonly tokenizer: Tokenizer;
  /** Called when the model is disposed of, after its program: frees what was made for it alone. */
  readonly release?: () => Promise<void>;
}

/** Loads the tagger's program on a runtime where its weights stand under their own names. */
export async function trainedTagger(
  runtime: Runtime,
  { id, configuration, tokenizer, release }: TrainedTagger,
): Promise<BaseModel> {
  const { encoder, tags } = configuration;
  const program = await runtime.load(buildTaggerScores(configuration));
  const names = program.compiled.inputs
    .filter(({ source }) => source === 'feed')
    .map(({ name }) => name);
  return wordTagger({
    id,
    tags,
    tokenizer,
    maxTokens: maxTokens(encoder),
    async classify(rows) {
      const feeds = taggerFeeds(rows, { encoder, pad: tokenizer.special.pad });
      const { tagLogits } = await program.run(pickFeeds(feeds, names));
      const { data, shape } = tagLogits as TensorData;
      const [, W, L] = shape as [number, number, number];
      return { data: data as Float32Array, offsetOf: (row, word) => (row * W + word) * L };
    },
    async release() {
      await program.dispose();
      await release?.();
    },
  });
}

import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import type { BaseModel } from './base-model.js';
import { wordTagger } from './word-tagger.js';

/** What the ONNX file does not say. */
export interface OnnxModelOptions {
  /** The tokenizer that the model was trained with: `loadTokenizer(folder)`. */
  readonly tokenizer: Tokenizer;
  /** The model's outputs in order (`id2label` of its config.json), such as O, B-PER, I-PER. */
  readonly tags: readonly string[];
  /** Greatest number of tokens that the model reads; longer sentences are read in windows. Default 512. */
  readonly maxTokens?: number;
  /** Default: the path. */
  readonly id?: string;
}

/**
 * Any token classifier in an ONNX file as a base model. Inputs `input_ids` and, where it has them, `attention_mask` and
 * `token_type_ids` (int64 [B,T]); the first output is the logits (float32 [B,T,tags]).
 *
 * ```ts
 * const base = await onnxModel('ner/model.onnx', {
 *   tokenizer: await loadTokenizer('ner'),
 *   tags: ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC'],
 * });
 * ```
 *
 * @throws where the model has other inputs, or (at the first prediction) another number of tags
 */
export async function onnxModel(
  path: string,
  { tokenizer, tags, maxTokens = 512, id = path }: OnnxModelOptions,
): Promise<BaseModel> {
  const session = await InferenceSession.create(path);
  const unknown = session.inputNames.filter((name) => !inputNames.has(name));
  if (unknown.length > 0) {
    await session.release();
    throw new Error(
      `${path}: inputs must be among ${[...inputNames].join(', ')}, got ${unknown.join(', ')}; export the model for token classification`,
    );
  }
  const [output = ''] = session.outputNames;
  return wordTagger({
    id,
    tags,
    tokenizer,
    maxTokens,
    async classify({ inputIds, attentionMask, tokenTypeIds, shape }) {
      const arrays = {
        input_ids: inputIds,
        attention_mask: attentionMask,
        token_type_ids: tokenTypeIds,
      };
      const feeds = Object.fromEntries(
        Object.entries(arrays)
          .filter(([name]) => session.inputNames.includes(name))
          .map(([name, data]) => [name, new Tensor('int64', data, shape)]),
      );
      const logits = (await session.run(feeds, [output]))[output];
      if (logits?.dims.at(-1) !== tags.length) {
        throw new Error(
          `${path}: tags must name each of the model's ${logits?.dims.at(-1)} outputs, got ${tags.length}; take them from id2label in its config.json`,
        );
      }
      return logits.data as Float32Array;
    },
    release: () => session.release(),
  });
}

const inputNames = new Set(['input_ids', 'attention_mask', 'token_type_ids']);

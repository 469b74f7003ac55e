import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import type { BaseModel } from './base-model.js';
import { isInputName, tokenBatch } from './token-batch.js';
import { firstTokens, wordTagger } from './word-tagger.js';

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
  const unknown = session.inputNames.filter((name) => !isInputName(name));
  if (unknown.length > 0) {
    await session.release();
    throw new Error(
      `${path}: inputs must be input_ids, attention_mask or token_type_ids, got ${unknown.join(', ')}; export the model for token classification`,
    );
  }
  const [output = ''] = session.outputNames;
  return wordTagger({
    id,
    tags,
    tokenizer,
    maxTokens,
    async classify(rows) {
      const { inputs, shape } = tokenBatch(rows, { pad: tokenizer.special.pad });
      const feeds = session.inputNames
        .filter(isInputName)
        .map((name) => [name, new Tensor('int64', inputs[name], shape)]);
      const logits = (await session.run(Object.fromEntries(feeds), [output]))[output] as Tensor;
      const L = logits.dims.at(-1);
      if (L !== tags.length) {
        throw new Error(
          `${path}: tags must name each of the model's ${L} outputs, got ${tags.length}; take them from id2label in its config.json`,
        );
      }
      return { data: logits.data as Float32Array, offsetOf: firstTokens(rows, { T: shape[1], L }) };
    },
    release: () => session.release(),
  });
}

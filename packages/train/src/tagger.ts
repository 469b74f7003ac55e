/** A trained tagger as a base model: words in, the spans that its tags spell out. */
import type { Runtime } from '@calibre/graph';
import { type BaseModel, trainedTagger } from '@calibre/model';
import type { Checkpoint } from './checkpoint.js';

/** Puts a tagger's weights on a runtime; it answers from there until another network is put on it. */
export async function taggerOn(
  runtime: Runtime,
  { configuration, tokenizer, weights }: Checkpoint,
  { id = 'tagger' } = {},
): Promise<BaseModel> {
  for (const [name, tensor] of weights) await runtime.put(name, tensor);
  return trainedTagger(runtime, { id, configuration, tokenizer });
}

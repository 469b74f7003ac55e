/** An encoder to be trained from scratch, with a vocabulary cut to the text at hand. */
import {
  type EncoderConfiguration,
  type EncoderSize,
  encoderOfSize,
  type Tokenizer,
  trimVocabulary,
} from '@calibre/model';

/** Read only where no checkpoint is given to go on from. */
export interface NewEncoderConfig {
  readonly size: EncoderSize;
  /** What it has otherwise than its size says, such as `hiddenDropout`. */
  readonly encoder: Partial<EncoderConfiguration>;
  /** Pieces of the vocabulary: used so often in the text, and at most so many. */
  readonly vocabulary: { readonly minCount: number; readonly maxSize: number };
}

export const newEncoderDefaults: NewEncoderConfig = {
  size: 'small', // (guess)
  encoder: {},
  vocabulary: { minCount: 2, maxSize: 60_000 }, // (guess)
};

/** The encoder's configuration and its tokenizer, trimmed to `words`. */
export function newEncoder(
  { size, encoder, vocabulary }: NewEncoderConfig,
  { tokenizer: full, words }: { readonly tokenizer: Tokenizer; readonly words: readonly string[] },
): { encoder: EncoderConfiguration; tokenizer: Tokenizer } {
  const { tokenizer } = trimVocabulary(full, words, vocabulary);
  const { vocabularySize, special } = tokenizer;
  const settled = { ...encoder, vocabularySize, padTokenId: special.pad };
  return { encoder: encoderOfSize(size, settled), tokenizer };
}

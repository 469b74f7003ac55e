export { loadTokenizer, readTokenizer } from './tokenizers/load-tokenizer.js';
export { createTokenizer } from './tokenizers/pipeline.js';
export type { TokenizerSpecification } from './tokenizers/specification.js';
export type {
  EncodedWindow,
  Encoding,
  SpecialIds,
  Tokenizer,
  TokenizerFiles,
  TrimmedTokenizer,
  WordEncoding,
} from './tokenizers/tokenizer.js';
export { trimVocabulary } from './tokenizers/trim-vocabulary.js';
export { wordPieceSpecification } from './tokenizers/word-piece.js';

/** What an encoder is, in one vocabulary, whichever dialect of `config.json` says it. Holds no weights and builds no graph. */

/** `model_type` of the configurations that can be read; every one is a post-LayerNorm transformer encoder. */
export const modelTypes = ['bert', 'electra', 'roberta', 'xlm-roberta', 'xlm'] as const;
export type ModelType = (typeof modelTypes)[number];

const activations = ['gelu', 'gelu_new', 'quick_gelu', 'relu', 'silu', 'tanh'] as const;
export type Activation = (typeof activations)[number];

export interface EncoderConfiguration {
  readonly modelType: ModelType;
  readonly vocabularySize: number;
  /** D: width of a hidden state. */
  readonly width: number;
  /** E: width of an embedding; below `width` the embeddings are factorised and projected (ELECTRA's layout). */
  readonly embeddingWidth: number;
  readonly layers: number;
  readonly heads: number;
  /** Width inside the feed-forward block. */
  readonly innerWidth: number;
  readonly activation: Activation;
  /** Rows of the position table. XLM-R's first position is `padTokenId + 1`, so it reads that many tokens less. */
  readonly positions: number;
  /** Rows of the token-type table; 0: none (XLM looks token types up among the words). */
  readonly tokenTypes: number;
  /** Rows of the language table; 0: none. */
  readonly languages: number;
  readonly layerNormEpsilon: number;
  readonly hiddenDropout: number;
  readonly attentionDropout: number;
  /** Whether the masked-language decoder's weight is the word embeddings'. */
  readonly tiedDecoder: boolean;
  /** Standard deviation of freshly drawn weights. */
  readonly initializerRange: number;
  readonly padTokenId: number;
}

type Json = Readonly<Record<string, unknown>>;

interface Dialect {
  /** Our field → its key in config.json, or keys, the present one first and older ones after it. */
  readonly keys: Readonly<Partial<Record<keyof EncoderConfiguration, string | readonly string[]>>>;
  /** Values that the format leaves out or that this project chooses. */
  readonly defaults: (json: Json) => Partial<EncoderConfiguration>;
  /** What config.json also says besides `keys`. */
  readonly extra: (encoder: EncoderConfiguration) => Json;
}

const bertDialect: Dialect = {
  keys: {
    vocabularySize: 'vocab_size',
    width: 'hidden_size',
    embeddingWidth: 'embedding_size',
    layers: 'num_hidden_layers',
    heads: 'num_attention_heads',
    innerWidth: 'intermediate_size',
    activation: 'hidden_act',
    positions: 'max_position_embeddings',
    tokenTypes: 'type_vocab_size',
    layerNormEpsilon: 'layer_norm_eps',
    hiddenDropout: 'hidden_dropout_prob',
    attentionDropout: 'attention_probs_dropout_prob',
    tiedDecoder: 'tie_word_embeddings',
    initializerRange: 'initializer_range',
    padTokenId: 'pad_token_id',
  },
  defaults: (json) => ({
    embeddingWidth: json.hidden_size as number,
    languages: 0,
    activation: 'gelu',
    tokenTypes: 2,
    layerNormEpsilon: 1e-12,
    hiddenDropout: 0.1,
    attentionDropout: 0.1,
    tiedDecoder: true,
    initializerRange: 0.02,
    padTokenId: json.model_type === 'bert' || json.model_type === 'electra' ? 0 : 1,
  }),
  extra: () => ({}),
};

const xlmDialect: Dialect = {
  keys: {
    vocabularySize: ['vocab_size', 'n_words'],
    width: 'emb_dim',
    layers: 'n_layers',
    heads: 'n_heads',
    positions: 'max_position_embeddings',
    layerNormEpsilon: 'layer_norm_eps',
    hiddenDropout: 'dropout',
    attentionDropout: 'attention_dropout',
    tiedDecoder: 'tie_word_embeddings',
    initializerRange: 'init_std',
    padTokenId: ['pad_token_id', 'pad_index'],
  },
  defaults: (json) => ({
    embeddingWidth: json.emb_dim as number,
    innerWidth: 4 * (json.emb_dim as number),
    activation: json.gelu_activation === false ? 'relu' : 'gelu',
    tokenTypes: 0,
    // One language, or `use_lang_emb: false`: the checkpoint holds no language table.
    languages: json.use_lang_emb === false ? 0 : tableRows(json.n_langs),
    layerNormEpsilon: 1e-12,
    hiddenDropout: 0.1,
    attentionDropout: 0.1,
    tiedDecoder: true,
    initializerRange: 0.02,
    padTokenId: 2,
  }),
  extra: (encoder) => ({
    gelu_activation: encoder.activation === 'gelu',
    use_lang_emb: encoder.languages > 0,
    n_langs: Math.max(1, encoder.languages),
    is_encoder: true,
    causal: false,
    asm: false,
    sinusoidal_embeddings: false,
  }),
};

function tableRows(languages: unknown): number {
  return typeof languages === 'number' && languages > 1 ? languages : 0;
}

const dialects: Record<ModelType, Dialect> = {
  bert: bertDialect,
  electra: bertDialect,
  roberta: bertDialect,
  'xlm-roberta': bertDialect,
  xlm: xlmDialect,
};

const numberFree: ReadonlySet<keyof EncoderConfiguration> = new Set([
  'modelType',
  'activation',
  'tiedDecoder',
]);
const fractionFields: ReadonlySet<keyof EncoderConfiguration> = new Set([
  'layerNormEpsilon',
  'hiddenDropout',
  'attentionDropout',
  'initializerRange',
]);
/** `hidden_act` values that name an activation which we know by another name. */
const activationAliases: Readonly<Record<string, Activation>> = {
  gelu_python: 'gelu',
  gelu_accurate: 'gelu_new',
  gelu_fast: 'gelu_new',
  gelu_python_tanh: 'gelu_new',
  gelu_pytorch_tanh: 'gelu_new',
  swish: 'silu',
};

/**
 * Reads the encoder's part of a Hugging Face `config.json` (BERT, ELECTRA, RoBERTa, XLM-R, XLM; XLM's older key names too).
 * Throws where the model type, the activation, the position embeddings or a number is none that can be computed.
 */
export function readEncoderConfiguration(json: Json): EncoderConfiguration {
  const modelType = json.model_type as ModelType;
  const dialect = Object.hasOwn(dialects, modelType ?? '') ? dialects[modelType] : undefined;
  if (dialect === undefined)
    throw new Error(
      `config.json: model_type must be one of ${modelTypes.join(', ')}, got ${JSON.stringify(json.model_type)}; convert the checkpoint to one of these`,
    );
  const positionType = json.position_embedding_type ?? 'absolute';
  if (positionType !== 'absolute')
    throw new Error(
      `config.json: position_embedding_type must be "absolute", got ${JSON.stringify(positionType)}; use another checkpoint`,
    );
  const decodes = json.is_decoder === true || json.causal === true || json.is_encoder === false;
  if (decodes)
    throw new Error(
      'config.json: the model must be an encoder, which reads in both directions, got a decoder; use another checkpoint',
    );
  const read: Record<string, unknown> = { modelType };
  for (const [field, keys] of Object.entries(dialect.keys)) {
    const value = [keys].flat().map((key) => json[key]);
    const present = value.find((v) => v !== undefined && v !== null);
    if (present !== undefined) read[field] = present;
  }
  const merged = { ...dialect.defaults(json), ...read };
  const activation = merged.activation as string;
  const encoder = {
    ...merged,
    ...(modelType === 'electra' ? {} : { embeddingWidth: merged.width }), // others ignore the key
    activation: activationAliases[activation] ?? activation,
  } as EncoderConfiguration;
  checkEncoder(encoder);
  return encoder;
}

function checkEncoder(encoder: EncoderConfiguration): void {
  for (const [field, value] of Object.entries(encoder)) {
    if (numberFree.has(field as keyof EncoderConfiguration)) continue;
    const fraction = fractionFields.has(field as keyof EncoderConfiguration);
    if (typeof value !== 'number' || !(value >= 0) || (!fraction && !Number.isInteger(value)))
      throw new Error(
        `config.json: ${field} must be a ${fraction ? 'number ≥ 0' : 'whole number ≥ 0'}, got ${JSON.stringify(value)}; correct the configuration`,
      );
  }
  if (!(activations as readonly string[]).includes(encoder.activation))
    throw new Error(
      `config.json: the activation must be one of ${activations.join(', ')}, got ${encoder.activation}; no other is implemented`,
    );
  if (encoder.embeddingWidth !== encoder.width && encoder.modelType !== 'electra')
    throw new Error(
      `config.json: embeddings of another width than the states are ELECTRA's, got ${encoder.embeddingWidth} and ${encoder.width} with ${encoder.modelType}; give modelType electra`,
    );
  if (encoder.width % encoder.heads !== 0)
    throw new Error(
      `config.json: the width must be a multiple of the number of heads, got ${encoder.width} and ${encoder.heads}; correct the configuration`,
    );
}

/** The `config.json` fields of an encoder, in Hugging Face's own keys for its model type. */
export function writeEncoderConfiguration(encoder: EncoderConfiguration): Record<string, unknown> {
  const { keys, extra } = dialects[encoder.modelType];
  const json: Record<string, unknown> = { model_type: encoder.modelType };
  for (const [field, names] of Object.entries(keys)) {
    if (field === 'embeddingWidth' && encoder.modelType !== 'electra') continue;
    json[[names].flat()[0] as string] = encoder[field as keyof EncoderConfiguration];
  }
  return { ...json, ...extra(encoder) };
}

/** The most tokens, special ones included, that the encoder reads at once. */
export function maxTokens(encoder: EncoderConfiguration): number {
  return isRoberta(encoder) ? encoder.positions - encoder.padTokenId - 1 : encoder.positions;
}

/** RoBERTa and XLM-R: positions start after the padding id and follow the ids. */
export const isRoberta = (encoder: EncoderConfiguration): boolean =>
  encoder.modelType === 'roberta' || encoder.modelType === 'xlm-roberta';

/** Sizes for training from scratch: tiny for a demonstration in a minute, small for two cores, base for a night or a GPU. */
export const encoderSizes = {
  tiny: { width: 128, layers: 2, heads: 2, innerWidth: 512 },
  small: { width: 256, layers: 4, heads: 4, innerWidth: 1024 },
  base: { width: 512, layers: 6, heads: 8, innerWidth: 2048 },
} as const satisfies Record<string, Partial<EncoderConfiguration>>;
export type EncoderSize = keyof typeof encoderSizes;

/** A BERT of one of our sizes, to be trained from scratch. */
export function encoderOfSize(
  size: EncoderSize,
  options: { readonly vocabularySize: number } & Partial<EncoderConfiguration>,
): EncoderConfiguration {
  const encoder: EncoderConfiguration = {
    modelType: 'bert',
    ...encoderSizes[size],
    embeddingWidth: options.width ?? encoderSizes[size].width,
    activation: 'gelu',
    positions: 512,
    tokenTypes: 2,
    languages: 0,
    layerNormEpsilon: 1e-12,
    hiddenDropout: 0.1,
    attentionDropout: 0.1,
    tiedDecoder: true,
    initializerRange: 0.02,
    padTokenId: 0,
    ...options,
  };
  checkEncoder(encoder);
  return encoder;
}

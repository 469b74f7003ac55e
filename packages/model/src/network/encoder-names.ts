/** One table per family: what Hugging Face calls each part of the encoder. `.weight` and `.bias` follow the module names. */

import type { EncoderConfiguration, ModelType } from './encoder-configuration.js';

interface LayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly attentionNorm: string;
  readonly inner: string;
  readonly outer: string;
  readonly outputNorm: string;
}

interface MaskedLanguageModelNames {
  /** Dense layer and LayerNorm before the decoder; XLM has neither. */
  readonly transform?: { readonly dense: string; readonly norm: string };
  /** The whole name of the bias of a decoder whose weight is the word embeddings'. */
  readonly tiedBias: string;
  /** A decoder with a weight of its own (`tiedDecoder: false`). */
  readonly decoder: string;
}

export interface EncoderNames {
  /** Prefix of every name below in a checkpoint with heads; a bare encoder's checkpoint leaves it out. */
  readonly prefix: string;
  readonly wordEmbeddings: string;
  readonly positionEmbeddings: string;
  readonly tokenTypeEmbeddings: string;
  readonly languageEmbeddings: string;
  readonly embeddingNorm: string;
  /** From the embeddings' width to the states', where they differ. */
  readonly embeddingProjection: string;
  readonly layer: (index: number) => LayerNames;
  /** The linear map of [CLS]'s state, where the family has one. */
  readonly pooler?: string;
  readonly maskedLanguageModel: MaskedLanguageModelNames;
}

function bertNames(prefix: string, maskedLanguageModel: MaskedLanguageModelNames): EncoderNames {
  return {
    prefix,
    wordEmbeddings: `${prefix}embeddings.word_embeddings`,
    positionEmbeddings: `${prefix}embeddings.position_embeddings`,
    tokenTypeEmbeddings: `${prefix}embeddings.token_type_embeddings`,
    languageEmbeddings: `${prefix}embeddings.language_embeddings`,
    embeddingNorm: `${prefix}embeddings.LayerNorm`,
    embeddingProjection: `${prefix}embeddings_project`,
    layer: (index) => {
      const layer = `${prefix}encoder.layer.${index}`;
      return {
        query: `${layer}.attention.self.query`,
        key: `${layer}.attention.self.key`,
        value: `${layer}.attention.self.value`,
        attentionOutput: `${layer}.attention.output.dense`,
        attentionNorm: `${layer}.attention.output.LayerNorm`,
        inner: `${layer}.intermediate.dense`,
        outer: `${layer}.output.dense`,
        outputNorm: `${layer}.output.LayerNorm`,
      };
    },
    pooler: `${prefix}pooler.dense`,
    maskedLanguageModel,
  };
}

const robertaNames = bertNames('roberta.', {
  transform: { dense: 'lm_head.dense', norm: 'lm_head.layer_norm' },
  tiedBias: 'lm_head.bias',
  decoder: 'lm_head.decoder',
});

const { pooler: _, ...electraNames } = bertNames('electra.', {
  transform: { dense: 'generator_predictions.dense', norm: 'generator_predictions.LayerNorm' },
  tiedBias: 'generator_lm_head.bias',
  decoder: 'generator_lm_head',
});

const tables: Record<ModelType, EncoderNames> = {
  bert: bertNames('bert.', {
    transform: {
      dense: 'cls.predictions.transform.dense',
      norm: 'cls.predictions.transform.LayerNorm',
    },
    tiedBias: 'cls.predictions.bias',
    decoder: 'cls.predictions.decoder',
  }),
  electra: electraNames,
  roberta: robertaNames,
  'xlm-roberta': robertaNames,
  xlm: {
    prefix: 'transformer.',
    wordEmbeddings: 'transformer.embeddings',
    positionEmbeddings: 'transformer.position_embeddings',
    tokenTypeEmbeddings: 'transformer.embeddings',
    languageEmbeddings: 'transformer.lang_embeddings',
    embeddingNorm: 'transformer.layer_norm_emb',
    embeddingProjection: 'transformer.embeddings_project',
    layer: (index) => ({
      query: `transformer.attentions.${index}.q_lin`,
      key: `transformer.attentions.${index}.k_lin`,
      value: `transformer.attentions.${index}.v_lin`,
      attentionOutput: `transformer.attentions.${index}.out_lin`,
      attentionNorm: `transformer.layer_norm1.${index}`,
      inner: `transformer.ffns.${index}.lin1`,
      outer: `transformer.ffns.${index}.lin2`,
      outputNorm: `transformer.layer_norm2.${index}`,
    }),
    maskedLanguageModel: {
      tiedBias: 'pred_layer.proj.bias',
      decoder: 'pred_layer.proj',
    },
  },
};

export const encoderNames = (encoder: EncoderConfiguration): EncoderNames =>
  tables[encoder.modelType];

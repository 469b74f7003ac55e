/** The post-LayerNorm transformer of BERT, ELECTRA, RoBERTa, XLM-R and XLM: tokens → hidden states. Has no heads. */

import { attention, type Graph, gelu, type Tensor } from '@calibre/graph';
import { NetworkBuilder, type NetworkOptions } from './builder.js';
import { type Activation, type EncoderConfiguration, isRoberta } from './encoder-configuration.js';
import { encoderNames } from './encoder-names.js';
import {
  linearParameters,
  normParameters,
  type ParameterSpecification,
  tableParameter,
} from './parameters.js';
import { pool, poolerParameters } from './pooler.js';

/** Weights of the encoder under Hugging Face's names. */
export function encoderParameters(encoder: EncoderConfiguration): ParameterSpecification[] {
  const names = encoderNames(encoder);
  const { width: D, embeddingWidth: E, innerWidth } = encoder;
  const square = { out: D, in: D };
  const layers = Array.from({ length: encoder.layers }, (_, index) => {
    const layer = names.layer(index);
    return [
      ...linearParameters(layer.query, square),
      ...linearParameters(layer.key, square),
      ...linearParameters(layer.value, square),
      ...linearParameters(layer.attentionOutput, square),
      ...normParameters(layer.attentionNorm, D),
      ...linearParameters(layer.inner, { out: innerWidth, in: D }),
      ...linearParameters(layer.outer, { out: D, in: innerWidth }),
      ...normParameters(layer.outputNorm, D),
    ];
  });
  const table = (name: string, rows: number) =>
    rows === 0 ? [] : [tableParameter(name, { rows, width: E })];
  return [
    ...table(names.wordEmbeddings, encoder.vocabularySize),
    ...table(names.positionEmbeddings, encoder.positions),
    ...table(names.tokenTypeEmbeddings, encoder.tokenTypes),
    ...table(names.languageEmbeddings, encoder.languages),
    ...normParameters(names.embeddingNorm, E),
    ...(E === D ? [] : linearParameters(names.embeddingProjection, { out: D, in: E })),
    ...layers.flat(),
  ];
}

/**
 * Hidden states [B,T,D]: the embeddings after their LayerNorm, then each layer. Inputs: `inputIds` (or `wordEmbeddings`),
 * `attentionMask` [B,T] float32, and where the family has them `tokenTypeIds`, `positionIds` (RoBERTa), `languageIds`.
 * `added` are further embeddings [B,T,E], summed before the LayerNorm.
 */
export function encode(
  builder: NetworkBuilder,
  encoder: EncoderConfiguration,
  { added = [] }: { readonly added?: readonly Tensor[] } = {},
): readonly [Tensor, ...Tensor[]] {
  const { graph, options } = builder;
  const names = encoderNames(encoder);
  const { layerNormEpsilon: epsilon, hiddenDropout } = encoder;
  const mask = graph.input('attentionMask', ['B', 'T']);
  // XLM silences padding after the embeddings and after each layer; the others leave it as it comes.
  const silence = (x: Tensor) => (encoder.modelType === 'xlm' ? x.mul(mask.expandDims(-1)) : x);

  const embedded = graph.scope('embeddings', () => {
    const words =
      options.words === 'rows'
        ? graph.input('wordEmbeddings', ['B', 'T', encoder.embeddingWidth])
        : builder.lookUp(names.wordEmbeddings, builder.integers('inputIds', ['B', 'T']));
    const terms = [positions(builder, encoder), ...added];
    if (encoder.tokenTypes === 1)
      terms.push(builder.parameter(`${names.tokenTypeEmbeddings}.weight`));
    else if (encoder.tokenTypes > 1 || options.tokenTypes)
      terms.push(
        builder.lookUp(names.tokenTypeEmbeddings, builder.integers('tokenTypeIds', ['B', 'T'])),
      );
    if (options.languages && encoder.languages > 0)
      terms.push(
        builder.lookUp(names.languageEmbeddings, builder.integers('languageIds', ['B', 'T'])),
      );
    const sum = terms.reduce((x, term) => x.add(term), words);
    const normal = builder.norm(sum, names.embeddingNorm, epsilon);
    const dropped = silence(builder.drop(normal, hiddenDropout));
    return encoder.embeddingWidth === encoder.width
      ? dropped
      : builder.linear(dropped, names.embeddingProjection);
  });

  const states: [Tensor, ...Tensor[]] = [embedded];
  for (let index = 0; index < encoder.layers; index++) {
    const x = states.at(-1) as Tensor;
    const build = () => silence(layer(builder, encoder, { x, index, mask }));
    states.push(
      graph.scope(`layer.${index}`, () => (options.recompute ? graph.recompute(build) : build())),
    );
  }
  return states;
}

function positions(builder: NetworkBuilder, encoder: EncoderConfiguration): Tensor {
  const { positionEmbeddings } = encoderNames(encoder);
  if (isRoberta(encoder))
    return builder.lookUp(positionEmbeddings, builder.integers('positionIds', ['B', 'T']));
  return builder.parameter(`${positionEmbeddings}.weight`).slice({ axis: 0, end: 'T' }); // 0, 1, 2, …
}

/** One block: attention, then feed-forward, each added to its input and normalised (BERT: post-LayerNorm). */
function layer(
  builder: NetworkBuilder,
  encoder: EncoderConfiguration,
  { x, index, mask }: { x: Tensor; index: number; mask: Tensor },
): Tensor {
  const names = encoderNames(encoder).layer(index);
  const { layerNormEpsilon: epsilon, hiddenDropout } = encoder;
  const context = attention({
    query: builder.linear(x, names.query),
    key: builder.linear(x, names.key),
    value: builder.linear(x, names.value),
    mask,
    heads: encoder.heads,
    dropout: builder.attentionDropout(encoder.attentionDropout),
  });
  const attended = builder.drop(builder.linear(context, names.attentionOutput), hiddenDropout);
  const y = builder.norm(x.add(attended), names.attentionNorm, epsilon);
  const inner = activate(builder.linear(y, names.inner), encoder.activation);
  const outer = builder.drop(builder.linear(inner, names.outer), hiddenDropout);
  return builder.norm(y.add(outer), names.outputNorm, epsilon);
}

const activationRules: Record<Activation, (x: Tensor) => Tensor> = {
  gelu: (x) => gelu(x),
  gelu_new: (x) => gelu(x, { approximate: 'tanh' }),
  quick_gelu: (x) => x.mul(x.mul(1.702).sigmoid()),
  relu: (x) => x.relu(),
  silu: (x) => x.mul(x.sigmoid()),
  tanh: (x) => x.tanh(),
};

export const activate = (x: Tensor, activation: Activation): Tensor =>
  activationRules[activation](x);

/**
 * The encoder alone: outputs `hiddenState.0` (embeddings) to `hiddenState.N` [B,T,D]; with `pooler`, for a family that has
 * one, `pooled` [B,D].
 */
export function buildEncoder(
  encoder: EncoderConfiguration,
  { pooler = false, ...options }: NetworkOptions & { readonly pooler?: boolean } = {},
): Graph {
  const specifications = [
    ...encoderParameters(encoder),
    ...(pooler ? poolerParameters(encoder) : []),
  ];
  const builder = new NetworkBuilder('encoder', specifications, options);
  const states = encode(builder, encoder);
  for (const [index, state] of states.entries())
    builder.graph.output(`hiddenState.${index}`, state);
  if (pooler)
    builder.graph.output('pooled', pool(builder, { encoder, states: states.at(-1) as Tensor }));
  return builder.graph;
}

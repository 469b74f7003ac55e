/** The calibrator's heads on the encoder (paper 3.1.2): pointers, labels, span matching. One passage through the encoder. */

import { type Graph, gatherRows, gelu, oneHot, type Tensor, where } from '@calibre/graph';
import { NetworkBuilder, type NetworkOptions } from './builder.js';
import type {
  CalibratorConfiguration,
  CalibratorModel,
  MatchingConfiguration,
} from './configuration.js';
import { encode, encoderParameters } from './encoder.js';
import type { EncoderConfiguration } from './encoder-configuration.js';
import { linearParameters, type ParameterSpecification, tableParameter } from './parameters.js';
import { logSigmoid, masked } from './scores.js';
import { wordShapes } from './word-shape.js';

/** Names of the calibrator's own weights; the encoder's keep Hugging Face's. */
const names = {
  index: 'calibrator.index_embeddings',
  shape: 'calibrator.shape_embeddings',
  initialLabel: 'calibrator.label_embeddings',
  start: 'calibrator.start',
  end: 'calibrator.end',
  label: 'calibrator.label',
  matchingStart: 'calibrator.matching.start',
  matchingEnd: 'calibrator.matching.end',
  bilinear: 'calibrator.matching.bilinear',
  matchingLinear: 'calibrator.matching.linear',
  lengthBias: 'calibrator.matching.length',
} as const;

/** Weights of encoder and calibrator heads. The initial-index embedding starts at zero (paper 3.1.2). */
export function calibratorParameters({
  encoder,
  calibrator,
}: CalibratorModel): ParameterSpecification[] {
  const { matching, labels } = calibrator;
  const { width: D, embeddingWidth: E } = encoder;
  const K = projects(matching) ? matching.width : D;
  const optional = (wanted: boolean, specifications: ParameterSpecification[]) =>
    wanted ? specifications : [];
  return [
    ...encoderParameters(encoder),
    tableParameter(names.index, { rows: 2, width: E, start: 'zeros' }),
    ...optional(calibrator.wordShapes, [
      tableParameter(names.shape, { rows: wordShapes.length, width: E }),
    ]),
    ...optional(calibrator.initialLabels, [
      tableParameter(names.initialLabel, { rows: labels.length + 2, width: E }),
    ]),
    ...linearParameters(names.start, { out: 1, in: D }),
    ...linearParameters(names.end, { out: 1, in: D }),
    ...optional(labels.length > 0, linearParameters(names.label, { out: labels.length, in: D })),
    ...optional(projects(matching), [
      ...linearParameters(names.matchingStart, { out: K, in: D }),
      ...linearParameters(names.matchingEnd, { out: K, in: D }),
    ]),
    ...optional(matching.form === 'biaffine', [
      { name: names.bilinear, shape: [K, K], start: 'normal' },
    ]),
    ...linearParameters(names.matchingLinear, { out: 1, in: 2 * K }),
    ...optional(matching.lengthBias, [
      tableParameter(names.lengthBias, { rows: calibrator.maxSpan + 1, width: 1, start: 'zeros' }),
    ]),
  ];
}

const projects = ({ form, projection }: MatchingConfiguration) =>
  form === 'biaffine' && projection !== 'none';

/** What the heads say. B passages, W units, L labels; unit 0 is [CLS], no answer. */
export interface CalibratorHeads {
  /** Hidden states of the last layer [B,T,D]. */
  readonly states: Tensor;
  /** [B,W]; far below zero where `unitMask` is 0. */
  readonly startLogits: Tensor;
  readonly endLogits: Tensor;
  /** [B,W,W]: start i, end j. */
  readonly matchingLogits: Tensor;
  /** [B,W,L]: label logits of (i, j) are startLabels[i] + endLabels[j]; absent without labels. */
  readonly labels?: { readonly start: Tensor; readonly end: Tensor };
}

/** Encoder and heads; for inputs see `calibratorFeeds`. */
export function calibratorHeads(
  builder: NetworkBuilder,
  { encoder, calibrator }: CalibratorModel,
): CalibratorHeads {
  const { graph } = builder;
  const embed = (module: string, input: string) =>
    builder.lookUp(module, builder.integers(input, ['B', 'T']));
  const added = [
    embed(names.index, 'indexIds'),
    ...(calibrator.wordShapes ? [embed(names.shape, 'shapeIds')] : []),
    ...(calibrator.initialLabels ? [embed(names.initialLabel, 'labelIds')] : []),
  ];
  const states = encode(builder, encoder, { added }).at(-1) as Tensor;

  return graph.scope('calibrator', () => {
    const unitMask = graph.input('unitMask', ['B', 'W']);
    const start = gatherRows(states, builder.integers('startPositions', ['B', 'W'])); // [B,W,D]
    const end =
      calibrator.unit === 'token'
        ? start
        : gatherRows(states, builder.integers('endPositions', ['B', 'W']));
    const pointer = (x: Tensor, module: string) =>
      masked(builder.linear(x, module).squeeze(2), unitMask);
    return {
      states,
      startLogits: pointer(start, names.start), // eq 5
      endLogits: pointer(end, names.end), // eq 6
      matchingLogits: matchingLogits(builder, { start, end, calibrator, encoder }),
      ...(calibrator.labels.length === 0 ? {} : { labels: labelLogits(builder, { start, end }) }),
    };
  });
}

/** Label logits from the mean of the start and the end state (eq 8), split so that any pair is one addition. */
function labelLogits(
  builder: NetworkBuilder,
  states: { readonly start: Tensor; readonly end: Tensor },
): { start: Tensor; end: Tensor } {
  // W·½(h_i + h_j) + b = (½W h_i + ½b) + (½W h_j + ½b)
  const half = (x: Tensor) => builder.linear(x, names.label).mul(0.5);
  return { start: half(states.start), end: half(states.end) };
}

/** m_ij [B,W,W]: v·[h_i; h_j] + b (eq 11), or u_iᵀ W v_j + w·[u_i; v_j] + b. */
function matchingLogits(
  builder: NetworkBuilder,
  {
    start,
    end,
    calibrator,
    encoder,
  }: {
    start: Tensor;
    end: Tensor;
    calibrator: CalibratorConfiguration;
    encoder: EncoderConfiguration;
  },
): Tensor {
  const { form, projection, width, lengthBias } = calibrator.matching;
  const projected = projects(calibrator.matching);
  const project = (x: Tensor, module: string) => {
    if (!projected) return x;
    const mapped = builder.linear(x, module);
    return projection === 'gelu' ? gelu(mapped) : mapped;
  };
  const u = project(start, names.matchingStart);
  const v = project(end, names.matchingEnd);
  const K = projected ? width : encoder.width;
  const weight = builder.parameter(`${names.matchingLinear}.weight`); // [1, 2K]
  const part = (x: Tensor, from: number) =>
    x.matmul(weight.slice({ axis: 1, start: from, end: from + K }), { transposeB: true }); // [B,W,1]
  const sum = part(u, 0)
    .add(part(v, K).transpose([0, 2, 1]))
    .add(builder.parameter(`${names.matchingLinear}.bias`)); // [B,W,W]
  const paired =
    form === 'linear'
      ? sum
      : sum.add(u.matmul(builder.parameter(names.bilinear)).matmul(v, { transposeB: true }));
  return lengthBias ? paired.add(lengthBiases(builder, calibrator.maxSpan)) : paired;
}

/** A bias for j − i, the last one for every longer span: [W,W]. */
function lengthBiases(builder: NetworkBuilder, maxSpan: number): Tensor {
  const units = builder.graph.iota('W', 'float32');
  const length = units.expandDims(0).sub(units.expandDims(1)); // [W,W]
  const row = where(length.greater(maxSpan), maxSpan, length).cast('int32');
  const table = builder.parameter(`${names.lengthBias}.weight`);
  return oneHot(row, maxSpan + 1)
    .cast('float32')
    .matmul(table)
    .squeeze(2);
}

/** Score of each pair [B,W,W] as the configuration ranks them. */
function pairScores(heads: CalibratorHeads, { score }: CalibratorConfiguration): Tensor {
  const { startLogits, endLogits, matchingLogits } = heads;
  if (score === 'joint') return jointScores(heads);
  const pointers = startLogits.logSoftmax().expandDims(2).add(endLogits.logSoftmax().expandDims(1));
  return score === 'pointers' ? pointers : pointers.add(logSigmoid(matchingLogits));
}

/** s_i + e_j + m_ij: [B,W,W]. */
export const jointScores = ({ startLogits, endLogits, matchingLogits }: CalibratorHeads): Tensor =>
  startLogits.expandDims(2).add(endLogits.expandDims(1)).add(matchingLogits);

/**
 * The inference graph. Outputs `pairScores` [B,W,W], to be read at candidate pairs, and with labels `startLabels` and
 * `endLabels` [B,W,L]; see `readings`.
 */
export function buildCalibratorScores(model: CalibratorModel, options: NetworkOptions = {}): Graph {
  const builder = new NetworkBuilder('calibrator', calibratorParameters(model), options);
  const heads = calibratorHeads(builder, model);
  builder.graph.output('pairScores', pairScores(heads, model.calibrator));
  if (heads.labels !== undefined) {
    builder.graph.output('startLabels', heads.labels.start);
    builder.graph.output('endLabels', heads.labels.end);
  }
  return builder.graph;
}

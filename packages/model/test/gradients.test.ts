import { type Graph, gradients } from '@calibre/graph';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  buildMaskedLanguageModelLoss,
  buildQuestionAnsweringLoss,
  buildTaggerLoss,
  type Configuration,
  encoderNames,
  type Feeds,
} from '../src/index.js';
import { feedsOf, goldenConfiguration, integers, putGolden } from './encoder-batches.js';
import {
  expectLoss,
  type GoldenTensor,
  goldenJson,
  goldenTensors,
  largestDifference,
  type Recorded,
  runGraph,
  runtimeOfTests,
} from './golden.js';

const runtime = await runtimeOfTests();

type LossBuilder = (configuration: Configuration) => Graph;
type FeedChange = (feeds: Feeds, batch: Recorded) => Feeds;
const losses: [name: string, build: LossBuilder, change: FeedChange][] = [
  [
    'mlm',
    ({ encoder }) => buildMaskedLanguageModelLoss(encoder),
    (feeds, batch) => ({ ...feeds, inputIds: integers(batch.mlmInputIds) }),
  ],
  ['tokens', (configuration) => buildTaggerLoss(configuration), (feeds) => feeds],
  ['qa', ({ encoder }) => buildQuestionAnsweringLoss(encoder), (feeds) => feeds],
  [
    'qaMasked',
    ({ encoder }) => buildQuestionAnsweringLoss(encoder),
    (feeds) => ({ ...feeds, answerMask: feeds.attentionMask as Feeds[string] }),
  ],
];

describe.each(['bert-tiny', 'xlmr-tiny'])('%s: ∂loss/∂parameter as PyTorch computes it', (name) => {
  const configuration = goldenConfiguration(name);
  const { encoder } = configuration;

  beforeAll(() => putGolden(runtime, name));

  test.each(losses)('%s, every parameter', async (kind, build, change) => {
    const { tensors, metadata } = await goldenTensors(`${name}.gradients.${kind}.safetensors`);
    const { batches } = goldenJson(`${name}.forward.json`);
    const batch = batches.find((candidate: Recorded) => candidate.id === metadata.batch);
    const graph = build(configuration);
    const parameters = [...graph.parameters];
    const of = gradients(
      graph.outputs.get('loss') as never,
      parameters.map(([, tensor]) => tensor),
    );
    for (const [i, [parameter]] of parameters.entries())
      graph.output(`gradient.${parameter}`, of[i] as never);
    const results = await runGraph(runtime, graph, change(feedsOf(batch, configuration), batch));

    expectLoss(results.loss, Number(metadata.loss));
    const differences = Object.fromEntries(
      [...tensors].map(([parameter, { data, shape }]) => {
        const own = results[`gradient.${parameter}`] as GoldenTensor | undefined;
        expect([parameter, own?.shape]).toEqual([parameter, shape]);
        return [parameter, largestDifference(own?.data ?? [], data, countsIn(parameter, shape))];
      }),
    );
    expect(Object.entries(differences).filter(([, d]) => !(d < 1e-5))).toEqual([]);
    expect(tensors.size).toBe(parameters.length);

    /**
     * Hugging Face gives the padding rows of its tables no gradient from look-ups. Ours have one where padding reaches the
     * loss, which of these losses only Hugging Face's own `qa` lets it.
     */
    function countsIn(parameter: string, [, width = 1]: readonly number[]) {
      const { wordEmbeddings, positionEmbeddings } = encoderNames(encoder);
      const tables = [`${wordEmbeddings}.weight`];
      if (encoder.modelType === 'xlm-roberta') tables.push(`${positionEmbeddings}.weight`);
      if (kind !== 'qa' || !tables.includes(parameter)) return () => true;
      return (i: number) => Math.floor(i / width) !== encoder.padTokenId;
    }
  });
});

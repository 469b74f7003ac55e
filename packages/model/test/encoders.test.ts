import { Runtime } from '@calibre/graph';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildEncoder,
  buildMaskedLanguageModelLoss,
  buildMaskedLanguageModelScores,
  buildQuestionAnsweringLoss,
  buildQuestionAnsweringScores,
  buildTaggerLoss,
  buildTaggerScores,
  type Configuration,
  type Feeds,
  type NetworkOptions,
  readConfiguration,
} from '../src/index.js';
import { feedsOf, integers } from './encoder-batches.js';
import {
  type GoldenTensor,
  goldenJson,
  goldenTensors,
  largestDifference,
  putAll,
  type Recorded,
  runGraph,
} from './golden.js';

const tolerance = 1e-5;
let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

describe.each(['bert-tiny', 'xlmr-tiny', 'xlm-tiny'])('%s as Hugging Face computes it', (name) => {
  const configuration: Configuration = {
    ...readConfiguration(goldenJson(`${name}/config.json`)),
    tags: Array.from({ length: 9 }, (_, tag) => String(tag)),
  };
  const { encoder } = configuration;
  const { batches } = goldenJson(`${name}.forward.json`);

  beforeAll(async () => {
    for (const file of [`${name}/model.safetensors`, `${name}/heads.safetensors`])
      await putAll(runtime, (await goldenTensors(file)).tensors);
  });

  const optionsOf = (batch: Recorded): NetworkOptions => ({
    languages: batch.langs != null,
    tokenTypes: encoder.modelType === 'xlm' && batch.tokenTypeIds != null,
  });
  const flat = (recorded: { data: number[] }) => recorded.data;

  describe.each<Recorded>(batches)('$id', (batch) => {
    const feeds = feedsOf(batch, configuration);
    const options = optionsOf(batch);
    const { expected } = batch;
    const mask: number[] = batch.attentionMask.flat();
    /** Elements of the tokens that are no padding; `width` values each. */
    const ofToken = (width: number) => (i: number) => mask[Math.floor(i / width)] === 1;

    test('hidden states', async () => {
      const states = await runGraph(runtime, buildEncoder(encoder, options), feeds);
      expect(Object.keys(states)).toHaveLength(expected.hiddenStates.length);
      for (const [index, { shape, data }] of expected.hiddenStates.entries()) {
        const state = states[`hiddenState.${index}`] as GoldenTensor;
        expect(state.shape).toEqual(shape);
        expect(largestDifference(state.data, data, ofToken(shape[2]))).toBeLessThan(tolerance);
      }
    });

    test('token classification: logits and loss', async () => {
      const { tagLogits } = await runGraph(
        runtime,
        buildTaggerScores(configuration, options),
        feeds,
      );
      const { loss } = await runGraph(runtime, buildTaggerLoss(configuration, options), feeds);
      expect(
        largestDifference(tagLogits?.data ?? [], flat(expected.tokenLogits), ofToken(9)),
      ).toBeLessThan(tolerance);
      expect(Math.abs((loss?.data[0] ?? NaN) - expected.tokenLoss)).toBeLessThan(tolerance);
    });

    test('question answering: logits, loss as in Hugging Face, loss without padding', async () => {
      const logits = await runGraph(runtime, buildQuestionAnsweringScores(encoder, options), feeds);
      for (const name of ['startLogits', 'endLogits'])
        expect(
          largestDifference(logits[name]?.data ?? [], flat(expected[name]), ofToken(1)),
        ).toBeLessThan(tolerance);
      const graph = buildQuestionAnsweringLoss(encoder, options);
      const { loss } = await runGraph(runtime, graph, feeds);
      expect(Math.abs((loss?.data[0] ?? NaN) - expected.qaLoss)).toBeLessThan(tolerance);
      const unpadded = { ...feeds, answerMask: feeds.attentionMask as Feeds[string] };
      const { loss: withoutPadding } = await runGraph(runtime, graph, unpadded);
      expect(
        Math.abs((withoutPadding?.data[0] ?? NaN) - expected.qaLossMaskedPadding),
      ).toBeLessThan(tolerance);
    });

    test('masked language modelling: logits and loss', async () => {
      const hidden = { ...feeds, inputIds: integers(batch.mlmInputIds) };
      const V = encoder.vocabularySize;
      const asked: { row: number; token: number; logits: number[] }[] = expected.mlmLogitsAt;
      const positions = integers(
        batch.inputIds.map((_: unknown, row: number) =>
          asked.map((at) => (at.row === row ? at.token : 0)),
        ),
      );
      const scores = buildMaskedLanguageModelScores(encoder, options);
      const { maskedTokenLogits } = await runGraph(runtime, scores, {
        ...hidden,
        maskedPositions: positions,
      });
      for (const [m, { row, logits }] of asked.entries()) {
        const start = (row * asked.length + m) * V;
        expect(
          largestDifference(maskedTokenLogits?.data.subarray(start, start + V) ?? [], logits),
        ).toBeLessThan(tolerance);
      }
      const { loss } = await runGraph(
        runtime,
        buildMaskedLanguageModelLoss(encoder, options),
        hidden,
      );
      expect(Math.abs((loss?.data[0] ?? NaN) - expected.mlmLoss)).toBeLessThan(tolerance);
    });
  });
});

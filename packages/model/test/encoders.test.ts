import { beforeAll, describe, expect, test } from 'vitest';
import {
  buildEncoder,
  buildMaskedLanguageModelLoss,
  buildMaskedLanguageModelScores,
  buildNextSentenceScores,
  buildQuestionAnsweringLoss,
  buildQuestionAnsweringScores,
  buildTaggerLoss,
  buildTaggerScores,
  type Feeds,
  type NetworkOptions,
} from '../src/index.js';
import { feedsOf, goldenConfiguration, integers, putGolden } from './encoder-batches.js';
import {
  expectClose,
  expectLoss,
  goldenJson,
  type Recorded,
  runGraph,
  runtimeOfTests,
} from './golden.js';

const runtime = await runtimeOfTests();

describe.each(['bert-tiny', 'xlmr-tiny', 'xlm-tiny'])('%s as Hugging Face computes it', (name) => {
  const configuration = goldenConfiguration(name);
  const { encoder } = configuration;
  const { batches } = goldenJson(`${name}.forward.json`);

  beforeAll(() => putGolden(runtime, name));

  describe.each<Recorded>(batches)('$id', (batch) => {
    const feeds = feedsOf(batch, configuration);
    const options: NetworkOptions = {
      languages: batch.langs != null,
      tokenTypes: encoder.modelType === 'xlm' && batch.tokenTypeIds != null,
    };
    const { expected } = batch;
    const mask: number[] = batch.attentionMask.flat();
    /** Elements of the tokens that are no padding; `width` values each. */
    const ofToken = (width: number) => (i: number) => mask[Math.floor(i / width)] === 1;

    test('hidden states', async () => {
      const states = await runGraph(runtime, buildEncoder(encoder, options), feeds);
      expect(Object.keys(states)).toHaveLength(expected.hiddenStates.length);
      for (const [index, { shape, data }] of expected.hiddenStates.entries()) {
        const state = states[`hiddenState.${index}`];
        expect(state?.shape).toEqual(shape);
        expectClose(state?.data, data, ofToken(shape[2]));
      }
    });

    if (batch.positionIds)
      test('positions', () => expect(feeds.positionIds).toEqual(integers(batch.positionIds)));

    if (expected.pooled)
      test('pooler and next sentence: logits', async () => {
        const { pooled } = await runGraph(runtime, buildEncoder(encoder, { pooler: true }), feeds);
        expect(pooled?.shape).toEqual(expected.pooled.shape);
        expectClose(pooled?.data, expected.pooled.data);
        const { nextSentenceLogits } = await runGraph(
          runtime,
          buildNextSentenceScores(encoder),
          feeds,
        );
        expect(nextSentenceLogits?.shape).toEqual(expected.nextSentenceLogits.shape);
        expectClose(nextSentenceLogits?.data, expected.nextSentenceLogits.data);
      });

    test('token classification: logits and loss', async () => {
      const scores = buildTaggerScores(configuration, options);
      const { tagLogits } = await runGraph(runtime, scores, feeds);
      expectClose(tagLogits?.data, expected.tokenLogits.data, ofToken(9));
      const { loss } = await runGraph(runtime, buildTaggerLoss(configuration, options), feeds);
      expectLoss(loss, expected.tokenLoss);
    });

    test('question answering: logits, loss as in Hugging Face, loss without padding', async () => {
      const logits = await runGraph(runtime, buildQuestionAnsweringScores(encoder, options), feeds);
      for (const name of ['startLogits', 'endLogits'])
        expectClose(logits[name]?.data, expected[name].data, ofToken(1));
      const graph = buildQuestionAnsweringLoss(encoder, options);
      expectLoss((await runGraph(runtime, graph, feeds)).loss, expected.qaLoss);
      const unpadded = { ...feeds, answerMask: feeds.attentionMask as Feeds[string] };
      expectLoss((await runGraph(runtime, graph, unpadded)).loss, expected.qaLossMaskedPadding);
    });

    test('masked language modelling: logits and loss', async () => {
      const hidden = { ...feeds, inputIds: integers(batch.mlmInputIds) };
      const V = encoder.vocabularySize;
      const asked: { row: number; token: number; logits: number[] }[] = expected.mlmLogitsAt;
      const maskedPositions = integers(
        batch.inputIds.map((_: unknown, row: number) =>
          asked.map((at) => (at.row === row ? at.token : 0)),
        ),
      );
      const scores = buildMaskedLanguageModelScores(encoder, options);
      const { maskedTokenLogits } = await runGraph(runtime, scores, { ...hidden, maskedPositions });
      for (const [m, { row, logits }] of asked.entries()) {
        const start = (row * asked.length + m) * V;
        expectClose(maskedTokenLogits?.data.subarray(start, start + V), logits);
      }
      const graph = buildMaskedLanguageModelLoss(encoder, options);
      expectLoss((await runGraph(runtime, graph, hidden)).loss, expected.mlmLoss);
    });
  });
});

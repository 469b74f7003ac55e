import { describe, expect, test } from 'vitest';
import {
  buildCalibratorScores,
  type CalibratorRow,
  type CandidateSet,
  calibratorParameters,
  forEachCandidate,
  type PairScore,
  scoredPairs,
} from '../src/index.js';
import { NetworkBuilder } from '../src/network/builder.js';
import { calibratorHeads } from '../src/network/calibrator-network.js';
import { expected, fixtureOf, forms, inputs, useForm } from './calibrator-fixture.js';
import { putGolden } from './encoder-batches.js';
import {
  expectClose,
  type GoldenTensor,
  goldenTensors,
  type Recorded,
  runGraph,
  runtimeOfTests,
} from './golden.js';

const runtime = await runtimeOfTests();
await putGolden(runtime, 'bert-tiny');

function softmax(logits: ArrayLike<number>): number[] {
  const exponentials = Array.from(logits, Math.exp);
  const sum = exponentials.reduce((a, b) => a + b);
  return exponentials.map((value) => value / sum);
}

describe.each<Recorded>(inputs.batches)('$name', (batch) => {
  const { name, task } = batch;
  const want = expected[name];
  const { modelOf, rowsOf, feedsOf } = fixtureOf(batch);

  test('rows are laid out as recorded', () => {
    const rows = rowsOf(modelOf());
    const feeds = feedsOf(modelOf(), rows);
    const { assembled } = want;
    const flat = (key: string) => Array.from(feeds[key]?.data ?? [], Number);
    expect(flat('inputIds')).toEqual(assembled.inputIds.flat());
    expect(flat('tokenTypeIds').map((type, i) => type * (flat('attentionMask')[i] ?? 0))).toEqual(
      assembled.tokenTypeIds.flat(),
    );
    expect(flat('indexIds')).toEqual(assembled.initialIndex.flat());
    expect(flat('attentionMask')).toEqual(assembled.attentionMask.flat());
    expect(rows.map((row) => row.startPositions)).toEqual(want.pointerPositions);
    const column = (row: CalibratorRow, unit: number) => row.startPositions[unit];
    expect(
      rows.map((row) => [column(row, row.gold?.start ?? -1), column(row, row.gold?.end ?? -1)]),
    ).toEqual(assembled.gold);
    if (task === 'ner') expect(flat('goldLabel')).toEqual(assembled.label);
  });

  test.each<CandidateSet>(['tokens', 'words', 'wordAligned'])('candidates: %s', (candidates) => {
    const model = modelOf({ candidates });
    const counts = rowsOf(model).map((row) => {
      let count = -1; // (0, 0) is no recorded candidate
      const { gold, ...unanswered } = row;
      forEachCandidate(unanswered, model.calibrator, () => count++);
      return count;
    });
    expect(counts).toEqual(want.candidateCounts[candidates]);
  });

  test.each(Object.keys(forms))('%s: states, pointers and matching of each token', async (form) => {
    const { matching } = forms[form] as (typeof forms)[string];
    const model = modelOf({ matching });
    const builder = new NetworkBuilder('heads', calibratorParameters(model), {});
    const heads = calibratorHeads(builder, model);
    const { graph } = builder;
    for (const output of ['states', 'startLogits', 'endLogits', 'matchingLogits'] as const)
      graph.output(output, heads[output]);
    await useForm(runtime, { form, graph });
    const rows = rowsOf(model);
    const feeds = feedsOf(model, rows);
    const results = await runGraph(runtime, graph, feeds);
    const { tensors } = await goldenTensors(`calibrator.${name}.safetensors`);
    const hidden = tensors.get('hidden') as GoldenTensor;
    const [, T, D] = hidden.shape as [number, number, number];
    expectClose(
      results.states?.data,
      hidden.data,
      (i) => feeds.attentionMask?.data[Math.floor(i / D)] === 1,
    );
    const pairs = tensors.get(`matchingLogits.${form}`)?.data ?? [];
    for (const [b, { startPositions: columns }] of rows.entries()) {
      const W = results.startLogits?.shape[1] as number;
      for (const end of ['start', 'end']) {
        const logits = results[`${end}Logits`]?.data.subarray(b * W, b * W + columns.length);
        const all = tensors.get(`${end}Logits`)?.data ?? [];
        expectClose(logits, want[`${end}Logits`][b]);
        expectClose(softmax(logits ?? []), want[`${end}Probabilities`][b]);
        expectClose(
          logits,
          columns.map((column) => all[b * T + column] as number),
        );
      }
      for (const [i, row] of columns.entries())
        expectClose(
          columns.map((_, j) => results.matchingLogits?.data[(b * W + i) * W + j] as number),
          columns.map((column) => pairs[(b * T + row) * T + column] as number),
        );
    }
  });

  test.each(Object.keys(forms))('%s: pointer, label and matching scores', async (form) => {
    const { matching } = forms[form] as (typeof forms)[string];
    for (const [score, recorded] of [
      ['pointers', 'pointersOnly'],
      ['independent', form],
    ] satisfies [PairScore, string][])
      for (const candidates of ['tokens', 'wordAligned'] satisfies CandidateSet[]) {
        const model = modelOf({ matching, score, candidates });
        const graph = buildCalibratorScores(model);
        await useForm(runtime, { form, graph });
        const rows = rowsOf(model);
        const results = await runGraph(runtime, graph, feedsOf(model, rows));
        const { data, shape } = results.pairScores as GoldenTensor;
        const W = shape[1] as number;
        const L = inputs.labels.length;
        for (const [b, row] of rows.entries()) {
          const { gold, ...unanswered } = row;
          const best = scoredPairs(unanswered, model.calibrator, {
            pairScores: data.subarray(b * W * W, (b + 1) * W * W),
            width: W,
          }).slice(0, inputs.topK);
          const label = ({ start, end }: { start: number; end: number }) => {
            const logits = inputs.labels.map(
              (_: string, l: number) =>
                (results.startLabels?.data[(b * W + start) * L + l] as number) +
                (results.endLabels?.data[(b * W + end) * L + l] as number),
            );
            return logits.indexOf(Math.max(...logits));
          };
          const decoded: Recorded[] = want.decode[b][`${candidates}.${recorded}`];
          expect(
            best.map(({ start, end }) => [row.startPositions[start], row.startPositions[end]]),
          ).toEqual(decoded.map(({ start, end }) => [start, end]));
          expectClose(
            best.map((pair) => pair.score),
            decoded.map((pair) => pair.score),
          );
          if (task === 'ner') expect(best.map(label)).toEqual(decoded.map((pair) => pair.label));
        }
      }
  });

  test.skipIf(task !== 'ner')(
    'label logits at the gold and at the likeliest boundaries',
    async () => {
      const model = modelOf();
      const graph = buildCalibratorScores(model);
      await useForm(runtime, { form: 'linear', graph });
      const rows = rowsOf(model);
      const { startLabels, endLabels } = await runGraph(runtime, graph, feedsOf(model, rows));
      const [B, W, L] = (startLabels as GoldenTensor).shape as [number, number, number];
      const logits = (b: number, start: number, end: number) =>
        Array.from({ length: L }, (_, l) => {
          const at = (labels: GoldenTensor | undefined, unit: number) =>
            labels?.data[(b * W + unit) * L + l] ?? Number.NaN;
          return at(startLabels, start) + at(endLabels, end);
        });
      for (let b = 0; b < B; b++) {
        const row = rows[b] as CalibratorRow;
        const unit = (column: number) => row.startPositions.indexOf(column);
        const { start, end } = row.gold as { start: number; end: number };
        const likeliest = [want.argmax.start[b], want.argmax.end[b]].map(unit) as [number, number];
        for (const [own, recorded] of [
          [logits(b, start, end), want.labelAtGold],
          [logits(b, ...likeliest), want.labelAtArgmax],
        ] as const) {
          expectClose(own, recorded.logits[b]);
          expectClose(softmax(own), recorded.probabilities[b]);
        }
      }
    },
  );

  test('a padded batch equals its rows one by one', async () => {
    const model = modelOf({
      unit: 'word',
      score: 'joint',
      matching: (forms['biaffine.gelu'] as (typeof forms)[string]).matching,
    });
    const graph = buildCalibratorScores(model);
    await useForm(runtime, { form: 'biaffine.gelu', graph });
    const rows = rowsOf(model);
    const read = async (some: readonly CalibratorRow[]) => {
      const { pairScores } = await runGraph(runtime, graph, feedsOf(model, some));
      const W = (pairScores as GoldenTensor).shape[1] as number;
      return some.map((row, b) =>
        scoredPairs(row, model.calibrator, {
          pairScores: (pairScores as GoldenTensor).data.subarray(b * W * W, (b + 1) * W * W),
          width: W,
        }).map(({ score }) => score),
      );
    };
    const together = await read(rows);
    for (const [b, row] of rows.entries())
      expectClose((await read([row]))[0], together[b] as number[]);
  });
});

import { type Graph, gradients, Runtime, type Tensor } from '@calibre/graph';
import { describe, expect, test } from 'vitest';
import {
  buildCalibratorLoss,
  buildCalibratorScores,
  type CalibratorConfiguration,
  type CalibratorLossOptions,
  type CalibratorModel,
  type CalibratorRow,
  type CandidateSet,
  calibratorFeeds,
  calibratorParameters,
  calibratorRow,
  forEachCandidate,
  type MatchingConfiguration,
  type PairScore,
  paperCalibrator,
  readConfiguration,
  scoredPairs,
  wordShape,
} from '../src/index.js';
import { NetworkBuilder } from '../src/network/builder.js';
import { calibratorHeads } from '../src/network/calibrator-network.js';
import { putGolden } from './encoder-batches.js';
import {
  expectClose,
  expectLoss,
  type GoldenTensor,
  goldenJson,
  goldenTensors,
  type Recorded,
  runGraph,
  runtimeOfTests,
} from './golden.js';

const { inputs, expected } = goldenJson('calibrator.json');
const { encoder } = readConfiguration(goldenJson('bert-tiny/config.json'));
const layout = {
  prefix: [inputs.specialIds.cls],
  separator: [inputs.specialIds.sep],
  suffix: [inputs.specialIds.sep],
  firstType: 0,
  lastType: 1,
};

/** Recorded form → ours, and the recorded names of its weights. */
const forms: Record<string, { matching: MatchingConfiguration; prefix: string }> = {
  linear: {
    matching: { form: 'linear', projection: 'none', width: 0, lengthBias: false },
    prefix: 'matching.linear.',
  },
  'biaffine.none': {
    matching: { form: 'biaffine', projection: 'none', width: 0, lengthBias: false },
    prefix: 'matching.biaffine.',
  },
  'biaffine.linear': {
    matching: { form: 'biaffine', projection: 'linear', width: 12, lengthBias: false },
    prefix: 'matching.projected.',
  },
  'biaffine.gelu': {
    matching: { form: 'biaffine', projection: 'gelu', width: 12, lengthBias: false },
    prefix: 'matching.projected.',
  },
};

/** Our name of a weight → the recorded one, for a matching form. */
function recordedName(name: string, form: string): string {
  const own = name.replace('calibrator.', '');
  const prefix = forms[form]?.prefix ?? '';
  if (!own.startsWith('matching.')) return own;
  const part = own.slice('matching.'.length);
  if (form === 'linear') return prefix + part.replace('linear.', '');
  if (part === 'linear.weight') return `${prefix}linear`;
  if (part === 'linear.bias') return `${prefix}bias`;
  return prefix + part;
}

const runtime = await runtimeOfTests();
await putGolden(runtime, 'bert-tiny');
const { tensors: weights } = await goldenTensors('calibrator.safetensors');

/** Makes the weights of a form resident under our names. */
async function useForm(form: string, graph: Graph, on = runtime): Promise<void> {
  for (const name of graph.parameters.keys())
    if (name.startsWith('calibrator.')) {
      const tensor = weights.get(recordedName(name, form)) as GoldenTensor;
      await on.put(name, tensor);
    }
}

function softmax(logits: ArrayLike<number>): number[] {
  const exponentials = Array.from(logits, Math.exp);
  const sum = exponentials.reduce((a, b) => a + b);
  return exponentials.map((value) => value / sum);
}

describe.each<Recorded>(inputs.batches)('$name', ({ name, task, examples }) => {
  const want = expected[name];
  const modelOf = (changes: Partial<CalibratorConfiguration> = {}): CalibratorModel => ({
    encoder,
    tags: [],
    calibrator: {
      ...paperCalibrator,
      labels: task === 'ner' ? inputs.labels : [],
      maxSpan: inputs.maxSpan,
      ...changes,
    },
  });
  const rowsOf = (model: CalibratorModel): CalibratorRow[] =>
    examples.map((example: Recorded) => {
      const span = (answer: Recorded) => ({
        start: answer.words[0],
        end: answer.words[1],
        label: answer.label ?? '',
      });
      const wordStarts = [...example.words.keys()].map((word) =>
        example.passageWordIndex.indexOf(word),
      );
      const row = calibratorRow(
        {
          passage: {
            ids: example.passageIds,
            wordStarts: [...wordStarts, example.passageIds.length],
            shapes: example.words.map(wordShape),
          },
          initial: span(example.initial),
          gold: example.gold === null ? null : span(example.gold),
          ...(example.questionIds ? { question: example.questionIds } : {}),
        },
        { configuration: model.calibrator, layout, maxTokens: 64 },
      );
      return row as CalibratorRow;
    });
  const feedsOf = (model: CalibratorModel, rows: readonly CalibratorRow[]) =>
    calibratorFeeds(rows, {
      configuration: model.calibrator,
      encoder,
      pad: inputs.specialIds.pad,
    });

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
    await useForm(form, graph);
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
        await useForm(form, graph);
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
      await useForm('linear', graph);
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

  /** Recorded loss → how we ask for it. */
  const terms: Record<
    string,
    { form: string; options: CalibratorLossOptions; candidates?: CandidateSet }
  > = {
    pointer: { form: 'linear', options: { weights: { pointer: 1 } } },
    ...(task === 'ner' ? { label: { form: 'linear', options: { weights: { label: 1 } } } } : {}),
  };
  for (const form of Object.keys(forms)) {
    const matching = (options: CalibratorLossOptions['matching']): CalibratorLossOptions => ({
      weights: { matching: 1 },
      ...(options ? { matching: options } : {}),
    });
    const key = `matching.${form}`;
    terms[`${key}.positive`] = { form, options: matching({ negatives: false }) };
    terms[`${key}.positiveAnswered`] = {
      form,
      options: matching({ negatives: false, noAnswer: false }),
    };
    for (const candidates of ['tokens', 'words', 'wordAligned'] as const)
      terms[`${key}.bce.${candidates}`] = { form, options: matching({}), candidates };
    terms[`${key}.bce.tokens+cls`] = { form, options: matching({ noAnswer: true }) };
    const weights =
      task === 'ner'
        ? { pointer: 0.3, label: 0.3, matching: 0.4 }
        : { pointer: 0.5, matching: 0.5 };
    terms[`joint.${form}.bce.tokens`] = { form, options: { weights } };
    if (form === 'linear')
      terms['joint.linear.positive'] = {
        form,
        options: { weights, matching: { negatives: false } },
      };
  }

  test('every recorded loss is asked for', () => {
    const recorded = [
      ...Object.keys(want.losses),
      ...Object.keys(want.joint).map((key) => `joint.${key}`),
    ];
    expect(Object.keys(terms).sort()).toEqual(recorded.sort());
  });

  /** The recorded loss and its gradients, computed on a runtime that holds the encoder's weights. */
  async function expectRecordedLoss(term: string, on: Runtime): Promise<void> {
    const { form, options, candidates = 'tokens' } = terms[term] as (typeof terms)[string];
    const { matching } = forms[form] as (typeof forms)[string];
    const model = modelOf({ matching, candidates });
    const graph = buildCalibratorLoss(model, options);
    await useForm(form, graph, on);
    const { tensors } = await goldenTensors(`calibrator.${name}.safetensors`);
    const sums: Recorded = want.encoderGradients[term.slice('joint.'.length)] ?? {};
    const recorded = (parameter: string) =>
      [...tensors.keys()].some((key) => key.startsWith(`gradient.${term}.`)) &&
      parameter.startsWith('calibrator.');
    const parameters = [...graph.parameters].filter(
      ([parameter]) => recorded(parameter) || parameter.slice('bert.'.length) in sums,
    );
    const of = gradients(
      graph.outputs.get('loss') as Tensor,
      parameters.map(([, tensor]) => tensor),
    );
    for (const [i, [parameter]] of parameters.entries())
      graph.output(`gradient.${parameter}`, of[i] as Tensor);
    const results = await runGraph(on, graph, feedsOf(model, rowsOf(model)));

    const value = term.startsWith('joint.') ? want.joint[term.slice(6)].value : want.losses[term];
    expectLoss(results.loss, value);

    for (const [parameter] of parameters) {
      const own = results[`gradient.${parameter}`]?.data ?? new Float32Array();
      const sum = sums[parameter.slice('bert.'.length)];
      if (sum === undefined) {
        const other = tensors.get(`gradient.${term}.${recordedName(parameter, form)}`)?.data;
        const zero = new Float32Array(own.length); // not recorded: all zero
        expectClose(own, other ?? zero);
      } else {
        const squares = own.reduce((total, value) => total + value * value, 0);
        expectClose([Math.sqrt(squares)], [Math.sqrt(sum.sumOfSquares)]);
        expectClose(own.subarray(0, 4), sum.first);
        expectClose([own.reduce((total, value) => total + value, 0)], [sum.sum]);
      }
    }
  }

  test.each(Object.keys(terms))('loss and gradients: %s', (term) =>
    expectRecordedLoss(term, runtime),
  );

  // Software drivers take half a minute to compile its shaders.
  test.skipIf(!process.env.VK_ICD_FILENAMES || task !== 'ner')(
    'combined loss and gradients on WebGPU (needs a Vulkan driver in VK_ICD_FILENAMES)',
    async () => {
      const gpu = await Runtime.start({ device: 'webgpu' });
      try {
        await putGolden(gpu, 'bert-tiny');
        await expectRecordedLoss('joint.biaffine.gelu.bce.tokens', gpu);
      } finally {
        await gpu.dispose();
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
    await useForm('biaffine.gelu', graph);
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

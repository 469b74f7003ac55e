import { gradients, Runtime, type Tensor } from '@calibre/graph';
import { describe, expect, test } from 'vitest';
import {
  buildCalibratorLoss,
  type CalibratorLossOptions,
  type CandidateSet,
} from '../src/index.js';
import { expected, fixtureOf, forms, inputs, recordedName, useForm } from './calibrator-fixture.js';
import { putGolden } from './encoder-batches.js';
import {
  expectClose,
  expectLoss,
  goldenTensors,
  type Recorded,
  runGraph,
  runtimeOfTests,
} from './golden.js';

const runtime = await runtimeOfTests();
await putGolden(runtime, 'bert-tiny');

describe.each<Recorded>(inputs.batches)('$name', (batch) => {
  const { name, task } = batch;
  const want = expected[name];
  const { modelOf, rowsOf, feedsOf } = fixtureOf(batch);

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
    await useForm(on, { form, graph });
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
});

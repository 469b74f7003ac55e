import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Graph, Precision } from '@calibre/graph';
import * as node from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { afterAll, describe, expect, test } from 'vitest';
import { feedsOf, goldenConfiguration } from '../../test/encoder-batches.js';
import {
  expectClose,
  goldenJson,
  goldenPath,
  largestDifference,
  putAll,
  runGraph,
  runtimeOfTests,
} from '../../test/golden.js';
import {
  buildCalibratorScores,
  buildTaggerScores,
  type CalibratorConfiguration,
  type CalibratorModel,
  type CalibratorRow,
  type Configuration,
  calibratorDefaults,
  calibratorFeeds,
  calibratorParameters,
  calibratorRow,
  encoderOfSize,
  exportOnnx,
  type Feeds,
  initialParameters,
  loadTokenizer,
  type ParameterSpecification,
  paperCalibrator,
  taggerFeeds,
  taggerParameters,
  taggerRows,
  tokenizeWords,
  writeCheckpoint,
  writeConfiguration,
  writeOnnx,
} from '../index.js';

const tokenizer = await loadTokenizer(goldenPath('bert-tiny'));
const encoder = encoderOfSize('tiny', {
  vocabularySize: tokenizer.vocabularySize,
  width: 64,
  innerWidth: 128,
  heads: 4,
  positions: 64,
});
const labels = ['NONE', 'PER', 'LOC'];
const forms: Record<string, CalibratorConfiguration> = {
  default: {
    ...calibratorDefaults,
    labels,
    matching: { ...calibratorDefaults.matching, width: 32 },
  },
  paper: { ...paperCalibrator, labels },
  reading: { ...calibratorDefaults, labels: [], matching: { ...paperCalibrator.matching } },
};
const sentences = [
  ['Mayor', 'Lena', 'Ortmann', 'opened', 'the', 'Bridge', 'in', 'Kaldur'],
  ['Lena', 'left'],
  ['the', 'North', 'Kaldur', 'Bridge', 'opened', 'again', 'in', '1998', ',', 'she', 'said', '.'],
];

const python = process.env.CALIBRE_PYTHON ?? 'python3';
const hasOnnx = spawnSync(python, ['-c', 'import onnx']).status === 0;

web.env.wasm.numThreads = 1;
const runtime = await runtimeOfTests();
const folder = await mkdtemp(join(tmpdir(), 'calibre-export-'));
afterAll(() => rm(folder, { recursive: true }));

/** Saves a checkpoint of random weights, none of them zero, and puts them on the runtime; its folder. */
async function save(
  name: string,
  configuration: Configuration,
  specifications: readonly ParameterSpecification[],
): Promise<string> {
  let draws = 0;
  const random = () => (draws++ * 0.618034) % 1;
  const tensors = initialParameters(
    specifications.map((each) => (each.start === 'zeros' ? { ...each, start: 'normal' } : each)),
    { random, deviation: 0.1 },
  );
  const place = join(folder, name);
  await writeCheckpoint(place, { config: writeConfiguration(configuration), tensors, tokenizer });
  await putAll(runtime, tensors);
  return place;
}

/** What an exported model says, run as anyone would: in Node, or by WebAssembly as in a browser. */
async function runPlainly(
  model: Uint8Array | string,
  { feeds, by = node }: { feeds: Feeds; by?: typeof node | typeof web },
): Promise<Record<string, node.Tensor>> {
  const { InferenceSession, Tensor } = by as typeof node;
  const session = await InferenceSession.create(model as string, { logSeverityLevel: 3 });
  const fed = session.inputNames.map((name) => {
    const { data, shape } = feeds[name] as { data: Float32Array | Int32Array; shape: number[] };
    return [
      name,
      data instanceof Int32Array
        ? new Tensor('int32', data, shape)
        : new Tensor('float32', data, shape),
    ] as const;
  });
  const results = await session.run(Object.fromEntries(fed));
  await session.release();
  return results;
}

type Outputs = Readonly<Record<string, Pick<node.Tensor, 'data'>>>;

/** Largest difference of any output, and as a share of that output's range; masked values left out. */
function difference(actual: Outputs, expected: Outputs) {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  const differences = Object.entries(expected).map(([name, tensor]) => {
    const data = tensor.data as Float32Array;
    const counts = (i: number) => Math.abs(data[i] as number) < 1e3;
    const values = [...data].filter((_, i) => counts(i));
    const absolute = largestDifference(actual[name]?.data as Float32Array, data, counts);
    return { absolute, share: absolute / (Math.max(...values) - Math.min(...values)) };
  });
  return {
    absolute: Math.max(...differences.map(({ absolute }) => absolute)),
    share: Math.max(...differences.map(({ share }) => share)),
  };
}

const bounds = {
  float32: { absolute: 1e-5, share: 1e-5 },
  float16: { absolute: Number.POSITIVE_INFINITY, share: 2e-3 },
  int8: { absolute: Number.POSITIVE_INFINITY, share: 0.02 },
};

/** The engine's scores to 10⁻⁵, or in low precision to a share of their range; in a browser's onnxruntime those of Node's. */
async function expectEngineScores(place: string, graph: Graph, batches: readonly Feeds[]) {
  const models = new Map<Precision, Uint8Array>();
  for (const [precision, { absolute, share }] of Object.entries(bounds)) {
    const model = await exportOnnx(place, { precision: precision as Precision });
    models.set(precision as Precision, model);
    for (const feeds of batches) {
      const engine = await runGraph(runtime, graph, feeds);
      const here = await runPlainly(model, { feeds });
      for (const [name, { shape }] of Object.entries(engine))
        expect([here[name]?.type, here[name]?.dims]).toEqual(['float32', shape]);
      const there = await runPlainly(model, { feeds, by: web });
      expect(difference(here, engine as Outputs).absolute).toBeLessThan(absolute);
      expect(difference(here, engine as Outputs).share).toBeLessThan(share);
      expect(difference(there, here).share).toBeLessThan(share);
    }
  }
  return models;
}

const rowsOf = (calibrator: CalibratorConfiguration, of: readonly (readonly string[])[]) =>
  of.map(
    (words) =>
      calibratorRow(
        {
          passage: tokenizeWords(tokenizer, words),
          initial: { start: 0, end: 1, label: 'PER' },
        },
        { configuration: calibrator, layout: tokenizer.layout, maxTokens: 64 },
      ) as CalibratorRow,
  );

describe.each(Object.keys(forms))('a calibrator (%s)', (form) => {
  const calibrator = forms[form] as CalibratorConfiguration;
  const model: CalibratorModel = { encoder, tags: [], calibrator };
  const graph = buildCalibratorScores(model);
  const feedsOf = (rows: readonly CalibratorRow[]) =>
    calibratorFeeds(rows, { configuration: calibrator, encoder, pad: tokenizer.special.pad });

  test('scores are the engine’s in every precision, with any batch and length', async () => {
    const place = await save(form, model, calibratorParameters(model));
    const batches = [sentences, sentences.slice(0, 1)].map((of) => feedsOf(rowsOf(calibrator, of)));
    await expectEngineScores(place, graph, batches);
  });
});

describe('a tagger', () => {
  const configuration: Configuration = { encoder, tags: ['O', 'B-PER', 'I-PER'] };
  const rows = sentences.flatMap((words) =>
    taggerRows(tokenizeWords(tokenizer, words), { layout: tokenizer.layout, maxTokens: 64 }),
  );
  const feeds = taggerFeeds(rows, { encoder, pad: tokenizer.special.pad });
  let models: ReadonlyMap<Precision, Uint8Array>;

  test('logits are the engine’s in every precision', async () => {
    const place = await save('tagger', configuration, taggerParameters(configuration));
    models = await expectEngineScores(place, buildTaggerScores(configuration), [feeds]);
  });

  test('float16 halves the file, int8 quarters it', () => {
    const size = (precision: Precision) => models.get(precision)?.byteLength ?? Number.NaN;
    expect(size('float16') / size('float32')).toBeLessThan(0.55);
    expect(size('int8') / size('float32')).toBeLessThan(0.4); // biases, norms and positions stay float
  });

  test.skipIf(!hasOnnx)('files pass the ONNX checker (needs CALIBRE_PYTHON)', async () => {
    const check =
      'import onnx, sys\nfor f in sys.argv[1:]: onnx.checker.check_model(onnx.load(f), full_check=True)';
    const paths = [...models.keys()].map((precision) => join(folder, `${precision}.onnx`));
    for (const [i, model] of [...models.values()].entries())
      await writeFile(paths[i] as string, model);
    execFileSync(python, ['-c', check, ...paths], { stdio: 'pipe' });
  });
});

describe('an encoder alone', () => {
  const [batch] = goldenJson('bert-tiny.forward.json').batches;
  const feeds = feedsOf(batch, goldenConfiguration('bert-tiny'));
  const expectRecorded = (results: Record<string, node.Tensor>) => {
    const counts = (i: number) => batch.attentionMask.flat()[Math.floor(i / 32)] === 1;
    for (const [layer, { data }] of batch.expected.hiddenStates.entries())
      expectClose(results[`hiddenState.${layer}`]?.data as Float32Array, data, counts);
  };

  test('gives Hugging Face’s hidden states', async () =>
    expectRecorded(await runPlainly(await exportOnnx(goldenPath('bert-tiny')), { feeds })));

  test('beyond what one file may hold keeps its weights in a file beside it', async () => {
    const path = join(folder, 'encoder.onnx');
    await writeOnnx(goldenPath('bert-tiny'), path, { maxModelBytes: 2 ** 24 + 60_000 });
    expect((await stat(path)).size).toBeLessThan(60_000);
    expect((await stat(`${path}.data`)).size).toBeGreaterThan(60_000);
    expectRecorded(await runPlainly(path, { feeds }));
  });

  test('beyond what one file may hold is an error where there is no other', () =>
    expect(exportOnnx(goldenPath('bert-tiny'), { maxModelBytes: 2 ** 24 })).rejects.toThrow(
      'an ONNX file holds at most 0.016777216 GB, got more in float32 weights of encoder',
    ));
});

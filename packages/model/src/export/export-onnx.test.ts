import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Graph, type Precision, Runtime } from '@calibre/graph';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldenPath, largestDifference, putAll, runGraph } from '../../test/golden.js';
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

let folder: string;
let runtime: Runtime;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'calibre-export-'));
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(async () => {
  await runtime.dispose();
  await rm(folder, { recursive: true });
});

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

/** What an exported model says, run as anyone would. */
async function runPlainly(model: Uint8Array, feeds: Feeds): Promise<Record<string, Tensor>> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
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

/** Largest difference of any output, and as a share of that output's range; masked values left out. */
async function difference(model: Uint8Array, graph: Graph, feeds: Feeds) {
  const expected = await runGraph(runtime, graph, feeds);
  const actual = await runPlainly(model, feeds);
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  const differences = Object.entries(expected).map(([name, { data, shape }]) => {
    expect([actual[name]?.type, actual[name]?.dims]).toEqual(['float32', shape]);
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

/** float32 is the engine's to 10⁻⁵; the others to a share of the scores' range. */
async function expectEngineScores(place: string, graph: Graph, batches: readonly Feeds[]) {
  const models = new Map<Precision, Uint8Array>();
  for (const precision of ['float32', 'float16', 'int8'] as const)
    models.set(precision, await exportOnnx(place, { precision }));
  const model = (precision: Precision) => models.get(precision) as Uint8Array;
  for (const feeds of batches) {
    expect((await difference(model('float32'), graph, feeds)).absolute).toBeLessThan(1e-5);
    expect((await difference(model('float16'), graph, feeds)).share).toBeLessThan(2e-3);
    expect((await difference(model('int8'), graph, feeds)).share).toBeLessThan(0.02);
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

test('an encoder alone is refused', async () => {
  await expect(exportOnnx(goldenPath('bert-tiny'))).rejects.toThrow(
    'must hold a calibrator or a tagger, got an encoder alone',
  );
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { bindings } from '../../test/cases.js';
import { evaluateGraph } from '../../test/reference.js';
import { triedGraphs } from '../../test/tried-graphs.js';
import { type TensorData, typeOf } from '../data.js';
import { linear } from '../functions.js';
import { Graph } from '../graph.js';
import { exportModel, type Precision } from './export.js';
import { decodeModel } from './onnx-graph.js';

const noWeights = (name: string): TensorData => {
  throw new Error(`${name} is no parameter of a tried graph`);
};

/** Runs a model as anyone would. */
async function runPlainly(model: Uint8Array, feeds: Readonly<Record<string, TensorData>>) {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const tensors = session.inputNames.map((name) => {
    const { data, shape } = feeds[name] as TensorData;
    return [name, new OrtTensor(typeOf(data) as 'float32', data as Float32Array, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(tensors));
  await session.release();
  return results;
}

const graphs = triedGraphs();

test.each(graphs)('$name exported equals the float64 reference', async ({ graph, feeds, fed }) => {
  const results = await runPlainly(await exportModel(graph, { read: noWeights }), fed);
  for (const [name, { data, shape }] of evaluateGraph(graph, feeds, bindings)) {
    expect(results[name]?.dims).toEqual(shape);
    data.forEach((value, i) => {
      const got = Number(results[name]?.data[i]);
      expect(Math.abs(got - value), `${name}[${i}]`).toBeLessThan(
        2e-5 * Math.max(1, Math.abs(value)),
      );
    });
  }
});

const python = process.env.CALIBRE_PYTHON ?? 'python3';
const hasOnnx = spawnSync(python, ['-c', 'import onnx']).status === 0;

test.skipIf(!hasOnnx)(
  'every exported model passes the ONNX checker (needs Python with onnx: CALIBRE_PYTHON)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'calibre-export-'));
    const models = graphs.map(({ graph }) => exportModel(graph, { read: noWeights }));
    for (const precision of ['float32', 'float16', 'int8'] as const)
      models.push(exportDense(precision));
    for (const [i, model] of (await Promise.all(models)).entries())
      writeFileSync(join(folder, `${i}.onnx`), model);
    const check =
      'import glob, onnx, sys\nfor f in glob.glob(sys.argv[1] + "/*.onnx"): onnx.checker.check_model(onnx.load(f), full_check=True)';
    try {
      execFileSync(python, ['-c', check, folder], { stdio: 'pipe' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

// y = table[ids] Wᵀ + b with 16 outputs: row v of the table is [v, −v], row n of W is [n, 1], b is 0.5.
const outputs = Array.from({ length: 16 }, (_, n) => n);
const dense: Record<string, TensorData> = {
  table: { data: Float32Array.of(0, 0, 1, -1, 2, -2, 127, -127), shape: [4, 2] },
  weight: { data: Float32Array.from(outputs.flatMap((n) => [n, 1])), shape: [16, 2] },
  bias: { data: new Float32Array(16).fill(0.5), shape: [16] },
};
const exactly = (v: number) => outputs.map((n) => v * n - v + 0.5);

function exportDense(precision: Precision): Promise<Uint8Array> {
  const graph = new Graph('dense');
  const ids = graph.input('ids', ['B', 'T'], 'int32');
  const rows = graph.parameter('table', [4, 2]).gather(ids);
  graph.output(
    'y',
    linear(rows, graph.parameter('weight', [16, 2]), graph.parameter('bias', [16])),
  );
  return exportModel(graph, { precision, read: (name) => dense[name] as TensorData });
}

const runDense = async (precision: Precision, ids: readonly number[]) => {
  const feeds = { ids: { data: Int32Array.from(ids), shape: [1, ids.length] } };
  const { y } = await runPlainly(await exportDense(precision), feeds);
  return y as OrtTensor;
};

test('batch and length are free, weights inside, float32 at the border in every precision', async () => {
  for (const precision of ['float32', 'float16', 'int8'] as const) {
    const { graph } = decodeModel(await exportDense(precision));
    expect(graph.input.map(({ name }) => name)).toEqual(['ids']);
    for (const length of [1, 3]) {
      const y = await runDense(precision, new Array(length).fill(0));
      expect([y.type, y.dims]).toEqual(['float32', [1, length, 16]]);
    }
  }
});

test('float32 and float16 compute small whole numbers exactly', async () => {
  for (const precision of ['float32', 'float16'] as const)
    expect(Array.from((await runDense(precision, [1, 2])).data as Float32Array)).toEqual([
      ...exactly(1),
      ...exactly(2),
    ]);
});

test('int8 keeps a table’s rows to 1/254 of their largest value and a product to the sum of its operands’ steps', async () => {
  const y = (await runDense('int8', [2, 3])).data as Float32Array;
  // x = ±127 in steps of 254/255, W row n in steps of n/127: |Δy| ≤ ½·(254/255)·(n + 1) + ½·(n/127)·(127 + 127)
  [...exactly(2), ...exactly(127)].forEach((value, i) => {
    const n = Math.max(1, i % 16);
    const bound = 0.5 * (254 / 255) * (n + 1) + 0.5 * (n / 127) * 254;
    expect(Math.abs((y[i] as number) - value)).toBeLessThanOrEqual(bound);
  });
});

test('int8 stores each weight in bytes, and no float copy of it', async () => {
  const { graph } = decodeModel(await exportDense('int8'));
  const sizes = new Map(graph.initializer.map(({ name, rawData }) => [name, rawData.byteLength]));
  expect(sizes.get('table:rows')).toBe(8);
  expect(sizes.get('weight:rows turned 1')).toBe(32);
  expect(sizes.has('table') || sizes.has('weight')).toBe(false);
});

test('values of another shape are refused', async () => {
  const graph = new Graph('g');
  graph.output('y', graph.input('x', ['B', 2]).mul(graph.parameter('w', [2])));
  const read = () => ({ data: new Float32Array(3), shape: [3] });
  await expect(exportModel(graph, { read })).rejects.toThrow(
    'export: parameter w must be float32[2], got Float32Array [3]; read the values of this graph',
  );
});

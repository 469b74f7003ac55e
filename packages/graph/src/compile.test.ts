import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindings } from '../test/cases.js';
import { trainingGraphs } from '../test/network.js';
import { evaluateGraph } from '../test/reference.js';
import { triedGraphs } from '../test/tried-graphs.js';
import { compile } from './compile.js';
import { decodeModel } from './export/onnx-graph.js';
import { Graph } from './graph.js';
import { Runtime } from './runtime/runtime.js';

const graphs = triedGraphs();

describe('on the CPU', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await Runtime.start({ threads: 1 });
  });
  afterAll(() => runtime.dispose());

  test.each(graphs)(
    '$name and its gradients equal the float64 reference',
    async ({ graph, feeds, fed }) => {
      const program = await runtime.load(graph);
      const results = await program.run(fed);
      for (const [name, { data, shape }] of evaluateGraph(graph, feeds, bindings)) {
        expect(results[name]?.shape).toEqual(shape);
        data.forEach((value, i) => {
          const got = Number(results[name]?.data[i]);
          expect(Math.abs(got - value), `${name}[${i}]`).toBeLessThan(
            2e-5 * Math.max(1, Math.abs(value)),
          );
        });
      }
      await program.dispose();
    },
  );
});

const fallsBack = [
  'FusedMatMul',
  'LogSoftmax',
  'Loop',
  'ConstantOfShape',
  'RandomUniformLike',
  'Dropout',
  'Sum',
  'OneHot',
  'ScatterND',
];

test.each(graphs)('$name for WebGPU avoids operators that fall back to the CPU', ({ graph }) => {
  for (const precision of ['float32', 'float16'] as const) {
    const { model } = compile(graph, { device: 'webgpu', precision });
    const { node } = decodeModel(model).graph;
    const found = node.map(({ opType }) => opType).filter((type) => fallsBack.includes(type));
    expect(found, precision).toEqual([]);
  }
});

const python = process.env.CALIBRE_PYTHON ?? 'python3';
const hasOnnx = spawnSync(python, ['-c', 'import onnx']).status === 0;

test.skipIf(!hasOnnx)(
  'every model passes the ONNX checker (needs Python with onnx: CALIBRE_PYTHON)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'calibre-onnx-'));
    const all = [...graphs.map(({ graph }) => graph), ...trainingGraphs()];
    for (const [i, graph] of all.entries())
      for (const device of ['cpu', 'webgpu'] as const)
        for (const precision of ['float32', 'float16'] as const) {
          const { model } = compile(graph, { device, precision });
          writeFileSync(join(folder, `${i}-${device}-${precision}.onnx`), model);
        }
    const check =
      'import glob, onnx, sys\nfor f in glob.glob(sys.argv[1] + "/*.onnx"): onnx.checker.check_model(onnx.load(f), full_check=True)';
    try {
      execFileSync(python, ['-c', check, folder], { stdio: 'pipe' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test('a graph without outputs is refused', () => {
  expect(() => compile(new Graph('empty'))).toThrow(
    'compile: empty has no outputs; name one with graph.output',
  );
});

test('the same graph gives the same bytes', () => {
  const build = () => {
    const graph = new Graph('g');
    graph.output('y', graph.input('x', ['B']).square());
    return compile(graph).model;
  };
  expect(Buffer.compare(build(), build())).toBe(0);
});

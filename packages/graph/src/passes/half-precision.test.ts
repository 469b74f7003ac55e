import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindings } from '../../test/cases.js';
import { Training } from '../../test/network.js';
import { evaluateGraph } from '../../test/reference.js';
import { triedGraphs } from '../../test/tried-graphs.js';
import { layerNorm } from '../functions.js';
import { Graph } from '../graph.js';
import { Runtime } from '../runtime/runtime.js';
import { halvePrecision } from './half-precision.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

test('products and activations are float16; sums, statistics, losses and outputs are float32', () => {
  const graph = new Graph('typed');
  const x = graph.input('x', ['B', 4]);
  const [w, g] = [graph.parameter('w', [4, 4]), graph.parameter('g', [4])];
  const y = layerNorm(x.matmul(w).mul(0.5).tanh(), g, g, { epsilon: 1e-5 });
  graph.output('y', y);
  graph.output('loss', y.matmul(w).logSoftmax().sum());
  const typed = halvePrecision(graph).nodes.map(
    ({ operator, outputs }) => `${operator} ${outputs.map(({ type }) => type).join()}`,
  );
  expect(typed).toEqual(
    expect.arrayContaining([
      'MatMul float16',
      'Mul float16',
      'Tanh float16',
      'LayerNorm float32,float32,float32',
      'LogSoftmax float32',
      'Sum float32',
    ]),
  );
  expect(typed).not.toContain('MatMul float32');
  expect(typed).not.toContain('Mul float32');
});

describe('computed in half precision', () => {
  test.each(triedGraphs())(
    '$name and its gradients equal the reference to 1 %',
    async ({ graph, feeds, fed }) => {
      const program = await runtime.load(graph, { precision: 'float16' });
      const results = await program.run(fed);
      await program.dispose();
      for (const [output, { data }] of evaluateGraph(graph, feeds, bindings))
        data.forEach((value, i) => {
          const difference = Math.abs(Number(results[output]?.data[i]) - value);
          expect(difference, `${output}[${i}]`).toBeLessThan(1e-2 * Math.max(1, Math.abs(value)));
        });
    },
  );

  test('twenty steps of training follow float32 to half a per cent', async () => {
    const train = (precision: 'float32' | 'float16') =>
      new Training(runtime, { precision, learningRate: 1e-3 }).steps(1, 20);
    const expected = await train('float32');
    (await train('float16')).forEach((loss, i) => {
      expect(Math.abs(loss / (expected[i] as number) - 1)).toBeLessThan(5e-3);
    });
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Graph } from '../graph.js';
import { Runtime } from '../runtime/runtime.js';
import { outputGradients } from './outputs.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

/** loss = Σ w x + s Σ x: the gradient of w is x, that of s the sum of x. */
async function load() {
  const graph = new Graph();
  const x = graph.input('x', [2]);
  const loss = graph.parameter('w', [2]).mul(x).add(graph.parameter('s', []).mul(x)).sum();
  const keep = outputGradients(loss, { accumulate: true });
  const program = await runtime.load(graph);
  const run = (values: readonly number[], accumulate?: boolean) =>
    program.run(
      { x: { data: Float32Array.from(values), shape: [2] } },
      { fetch: [], keep, ...(accumulate !== undefined && { accumulate }) },
    );
  return { run, program };
}
const kept = async (name: string) => [...(await runtime.get(`gradient:${name}`)).data];

test('one program replaces the gradients or, told to accumulate, adds to them', async () => {
  for (const [name, shape] of [['w', [2]] as const, ['s', []] as const])
    await runtime.put(name, { data: new Float32Array(shape[0] ?? 1), shape });
  const { run, program } = await load();
  await run([1, 2]);
  expect([await kept('w'), await kept('s')]).toEqual([[1, 2], [3]]);
  await run([10, 20], true);
  expect([await kept('w'), await kept('s')]).toEqual([[11, 22], [33]]);
  await run([5, 6], false);
  expect([await kept('w'), await kept('s')]).toEqual([[5, 6], [11]]);
  await program.dispose();
});

test('there must be something to accumulate to', async () => {
  await runtime.delete('gradient:w');
  const { run, program } = await load();
  await expect(run([1, 2], true)).rejects.toThrow('there is no resident gradient:w');
  await program.dispose();
});

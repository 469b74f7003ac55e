import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TensorData } from '../data.js';
import { Graph } from '../graph.js';
import { Runtime } from './runtime.js';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.start({ threads: 2 });
});
afterAll(() => runtime.dispose());

const vector = (...values: number[]): TensorData => ({
  data: Float32Array.from(values),
  shape: [values.length],
});

/** y = x ∘ w + shift with w [2]. */
function affine(): Graph {
  const graph = new Graph('affine');
  const y = graph.input('x', ['B', 2]).mul(graph.parameter('w', [2]));
  graph.output('y', y.add(graph.input('shift', ['B', 1])));
  graph.output('w′', graph.parameter('w', [2]).mul(2).add(1));
  return graph;
}
const x: TensorData = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] };
const shift: TensorData = { data: Float32Array.of(10, 20), shape: [2, 1] };

describe('residents', () => {
  test('are copied in and out', async () => {
    const mine = vector(1, 2);
    await runtime.put('a', mine);
    mine.data[0] = 9;
    const copy = await runtime.get('a');
    expect(copy).toMatchObject({ data: Float32Array.of(1, 2), shape: [2] });
    copy.data[0] = 9;
    expect((await runtime.get('a')).data[0]).toBe(1);
    expect(await runtime.has('a')).toBe(true);
    expect(await runtime.delete('a')).toBe(true);
    expect(await runtime.has('a')).toBe(false);
    await expect(runtime.get('a')).rejects.toThrow('get: there is no resident a; put it first');
  });

  test('must fill their shape', () =>
    expect(runtime.put('a', { data: Float32Array.of(1), shape: [2] })).rejects.toThrow(
      'put a: [2] needs 2 values, got 1',
    ));

  test('are moved when told so', async () => {
    const mine = vector(1, 2);
    await runtime.put('moved', mine, { transfer: true });
    expect(mine.data.length).toBe(0);
  });

  test('move to another runtime, or to another name, and are gone', async () => {
    const other = await Runtime.start({ threads: 1 });
    await runtime.put('here', vector(1, 2));
    await runtime.move({ here: 'there' }, { to: other });
    expect(await runtime.has('here')).toBe(false);
    expect((await other.get('there')).data).toEqual(Float32Array.of(1, 2));
    await other.put('old', vector(3));
    await other.move({ there: 'old' }, { to: other });
    expect(await other.names()).toEqual(['old']);
    expect((await other.get('old')).data).toEqual(Float32Array.of(1, 2));
    await expect(runtime.move({ here: 'a' }, { to: other })).rejects.toThrow(
      'take: there is no resident here; put it first',
    );
    await other.dispose();
  });

  test('that share memory move alone', async () => {
    const both = Float32Array.of(1, 2);
    await runtime.put('first', { data: both.subarray(0, 1), shape: [1] });
    await runtime.put('second', { data: both.subarray(1), shape: [1] });
    await runtime.move({ first: 'moved' }, { to: runtime });
    expect((await runtime.get('second')).data).toEqual(Float32Array.of(2));
  });
});

describe('a run', () => {
  test('serves any batch size with one session', async () => {
    await runtime.put('w', vector(1, 10));
    const program = await runtime.load(affine());
    expect((await program.run({ x, shift }, { fetch: ['y'] })).y).toEqual({
      data: Float32Array.of(11, 30, 23, 60),
      shape: [2, 2],
    });
    const one = {
      x: { data: Float32Array.of(1, 1), shape: [1, 2] },
      shift: { data: Float32Array.of(0), shape: [1, 1] },
    };
    expect((await program.run(one, { fetch: ['y'] })).y?.data).toEqual(Float32Array.of(1, 10));
  });

  test('keeps an output as the resident it was computed from', async () => {
    await runtime.put('w', vector(1, 10));
    const program = await runtime.load(affine());
    const { y, ...rest } = await program.run(
      { x, shift },
      { fetch: ['y', 'w′'], keep: { 'w′': 'w' } },
    );
    expect(y?.data).toEqual(Float32Array.of(11, 30, 23, 60)); // of the old weight, though y reads it too
    expect(rest['w′']?.data).toEqual(Float32Array.of(3, 21));
    expect((await runtime.get('w')).data).toEqual(Float32Array.of(3, 21));
  });

  test.each([
    ['a missing feed', { x }, 'run affine: input shift is not fed; it is [B, 1]'],
    [
      'a size that disagrees',
      { x, shift: vector(1) },
      'run affine: input shift must be [B, 1] with B = 2, got [1]',
    ],
    [
      'a wrong type',
      {
        x: { data: Int32Array.of(1, 2), shape: [1, 2] },
        shift: { data: Float32Array.of(1), shape: [1, 1] },
      },
      'run affine: input x must be float32, got Int32Array',
    ],
    [
      'an unknown feed',
      { x, shift, z: x },
      'run affine: there is no input z; inputs are x, w, shift',
    ],
  ])('refuses %s', async (_, feeds, message) => {
    await runtime.put('w', vector(1, 10));
    const program = await runtime.load(affine());
    await expect(program.run(feeds)).rejects.toThrow(message);
  });

  test('refuses an unknown output, a missing resident and one of another shape', async () => {
    await runtime.delete('w');
    const program = await runtime.load(affine());
    await expect(program.run({ x, shift }, { fetch: ['z'] })).rejects.toThrow(
      'run affine: there is no output z; outputs are y, w′',
    );
    await expect(program.run({ x, shift })).rejects.toThrow(
      'run affine: there is no resident w; put it first',
    );
    await runtime.put('w', vector(1, 2, 3));
    await expect(program.run({ x, shift })).rejects.toThrow(
      'run affine: resident w must be float32[2], got float32[3]; is it of another network?',
    );
  });

  test('can be aborted before and while it waits; the runtime goes on', async () => {
    await runtime.put('w', vector(1, 10));
    const program = await runtime.load(affine());
    await expect(program.run({ x, shift }, { signal: AbortSignal.abort() })).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
    const controller = new AbortController();
    const run = program.run({ x, shift }, { signal: controller.signal });
    controller.abort();
    await expect(run).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect((await program.run({ x, shift }, { fetch: ['y'] })).y?.data[0]).toBe(11);
  });

  test('of a disposed program is refused', async () => {
    const program = await runtime.load(affine());
    await program.dispose();
    await expect(program.run({ x, shift })).rejects.toThrow('run: the program was disposed');
  });
});

describe('rows of a resident table', () => {
  const graph = new Graph('rows');
  graph.output('y', graph.input('rows', ['B', 'T', 2]).mul(2));

  test('are gathered into the feed', async () => {
    await runtime.put('table', { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] });
    const program = await runtime.load(graph);
    const rows = { rows: 'table', ids: Int32Array.of(2, 0), shape: [1, 2, 2] };
    expect((await program.run({ rows })).y?.data).toEqual(Float32Array.of(10, 12, 2, 4));
    expect(await runtime.gatherRows(rows)).toEqual({
      data: Float32Array.of(5, 6, 1, 2),
      shape: [1, 2, 2],
    });
    await expect(program.run({ rows: { ...rows, ids: Int32Array.of(3, 0) } })).rejects.toThrow(
      'rows of table: ids must be in 0…2, got 3',
    );
    await expect(program.run({ rows: { ...rows, ids: Int32Array.of(0) } })).rejects.toThrow(
      'rows of table: shape must hold 1 rows of 2, got [1,2,2]',
    );
  });
});

test('a program for another device is refused', async () => {
  const { compile } = await import('../compile.js');
  await expect(runtime.load(compile(affine(), { device: 'webgpu' }))).rejects.toThrow(
    'load affine: compiled for webgpu, this runtime is cpu',
  );
});

test('after dispose every request is refused', async () => {
  const other = await Runtime.start({ threads: 1 });
  await other.dispose();
  await expect(other.names()).rejects.toThrow('runtime: it was disposed');
});

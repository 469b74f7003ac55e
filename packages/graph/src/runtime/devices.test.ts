import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Graph } from '../graph.js';
import { DeviceLostError, isDeviceLost } from './device-lost.js';
import { Runtime } from './runtime.js';

test.skipIf(existsSync('/dev/nvidiactl'))(
  'a device that cannot be used here is refused, naming those that can (where there is no CUDA)',
  () =>
    expect(Runtime.start({ device: 'cuda' })).rejects.toThrow(
      /^runtime: device cuda must be usable here, got: .*; onnxruntime 1\.30\.0 offers cpu, /,
    ),
);

test('when the device is lost, all that waits is rejected, and all that comes: it says what to do', async () => {
  const lost = await Runtime.start({ threads: 1 });
  const graph = new Graph('losing');
  const beyond = graph.constant(Int32Array.of(7));
  graph.output('device lost', graph.input('x', [2]).gather(beyond)); // the error names the node
  const program = await lost.load(graph);
  const run = program.run({ x: { data: Float32Array.of(1, 2), shape: [2] } });
  const waiting = [run, lost.names(), lost.has('a')];
  await Promise.all(waiting.map((request) => expect(request).rejects.toThrow(DeviceLostError)));
  await expect(lost.names()).rejects.toThrow(
    /device lost.*; start another runtime, and go on from what was saved$/s,
  );
  await lost.dispose();
});

test.each([
  ['Device is lost.', true],
  ['WebGPU device lost (2): GPU process crashed', true],
  ['A valid external Instance reference no longer exists; the device was lost', true],
  [
    'Non-zero status code returned while running Gather node: indices element out of data bounds',
    false,
  ],
])('“%s” of onnxruntime means a lost device: %s', (message, expected) =>
  expect(isDeviceLost(message)).toBe(expected),
);

test('an unknown device is refused', () =>
  expect(Runtime.start({ device: 'tpu' as 'cpu' })).rejects.toThrow(
    'runtime: device must be one of cpu, webgpu, cuda, got tpu',
  ));

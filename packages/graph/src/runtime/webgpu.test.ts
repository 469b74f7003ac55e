import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindings } from '../../test/cases.js';
import { Training } from '../../test/network.js';
import { evaluateGraph } from '../../test/reference.js';
import { triedGraphs } from '../../test/tried-graphs.js';
import { Graph } from '../graph.js';
import { Runtime } from './runtime.js';

// A software Vulkan driver: Debian's Chromium brings SwiftShader, Mesa brings lavapipe.
const driver = [
  process.env.VK_ICD_FILENAMES ?? '',
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json',
].find(existsSync);
if (driver === undefined)
  console.warn('WebGPU tests skipped: no Vulkan driver; install chromium or set VK_ICD_FILENAMES');
else process.env.VK_ICD_FILENAMES = driver;

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly args: { readonly provider?: string; readonly op_name?: string };
}

describe.skipIf(driver === undefined)('on WebGPU', () => {
  const folder = mkdtempSync(join(tmpdir(), 'calibre-webgpu-'));
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await Runtime.start({ device: 'webgpu' });
  });
  afterAll(async () => {
    await runtime.dispose();
    rmSync(folder, { recursive: true });
  });

  test.each(triedGraphs())(
    '$name and its gradients equal the reference to 1e-3, with no operator on the CPU',
    async ({ name, graph, feeds, fed }) => {
      const profile = join(folder, name.replace(' ', '-'));
      const program = await runtime.load(graph, { profile });
      const results = await program.run(fed);
      await program.dispose();
      for (const [output, { data }] of evaluateGraph(graph, feeds, bindings))
        data.forEach((value, i) => {
          const difference = Math.abs(Number(results[output]?.data[i]) - value);
          expect(difference, `${output}[${i}]`).toBeLessThan(1e-3 * Math.max(1, Math.abs(value)));
        });
      expect(onCpu(profile)).toEqual([]);
    },
  );

  /** The operators that a profiled session ran on the CPU. */
  function onCpu(profile: string): string[] {
    const file = readdirSync(folder).find((entry) => join(folder, entry).startsWith(`${profile}_`));
    const events: ProfileEvent[] = JSON.parse(readFileSync(join(folder, file as string), 'utf8'));
    const kernels = events.filter(
      ({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'),
    );
    expect(kernels.length).toBeGreaterThan(0);
    return kernels
      .filter(({ args }) => args.provider !== 'WebGpuExecutionProvider')
      .map(({ args }) => args.op_name ?? '');
  }

  test('a step of training runs no operator on the CPU: dropout, gradients, their norm, AdamW, averages', async () => {
    const profile = join(folder, 'step');
    const training = new Training(runtime, { profile });
    await training.steps(1, 1);
    await training.dispose();
    for (const program of ['network', 'gradientSum', 'adamw'])
      expect(onCpu(`${profile}-${program}`), program).toEqual([]);
  });

  test('a second runtime beside the first is refused; half precision is, where the GPU lacks it', async () => {
    await expect(Runtime.start({ device: 'webgpu' })).rejects.toThrow(
      'runtime: a process has one webgpu runtime at a time',
    );
    const graph = new Graph('halves');
    graph.output('y', graph.input('x', [2, 2]).matmul(graph.input('x', [2, 2])));
    const program = await runtime.load(graph, { precision: 'float16' });
    const x = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] };
    const outcome = await program.run({ x }).catch((error: Error) => error);
    if (outcome instanceof Error)
      expect(outcome.message).toMatch(/float16 needs a GPU with shader-f16/);
    else expect(outcome.y?.data).toEqual(Float32Array.of(7, 10, 15, 22));
    await program.dispose();
  });

  test('residents outlive the program that made them', async () => {
    const graph = new Graph('doubling');
    graph.output('twice', graph.parameter('number', [2]).mul(2));
    await runtime.put('number', { data: Float32Array.of(1, 3), shape: [2] });
    for (const expected of [2, 4]) {
      const program = await runtime.load(graph);
      await program.run({}, { keep: { twice: 'number' } });
      await program.dispose();
      expect((await runtime.get('number')).data).toEqual(Float32Array.of(expected, 3 * expected));
    }
  });

  test('twenty steps of training follow the CPU, dropout included, and leave no buffers behind', async () => {
    const cpu = await Runtime.start({ threads: 1 });
    const expected = await new Training(cpu).steps(1, 20);
    const training = new Training(runtime);
    const got = await training.steps(1, 20);
    got.forEach((loss, i) => {
      expect(Math.abs(loss - (expected[i] as number))).toBeLessThan(2e-3);
    });
    for (const name of training.names) {
      const [mine, theirs] = [await runtime.get(name), await cpu.get(name)];
      expect(mine.shape).toEqual(theirs.shape);
    }
    await cpu.dispose();
    await training.steps(21, 30);
    const before = process.memoryUsage().rss;
    await training.steps(31, 60);
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * 2 ** 20);
  });
});

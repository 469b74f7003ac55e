/**
 * Training on WebGPU, where VK_ICD_FILENAMES names a Vulkan driver, such as the SwiftShader that Debian's Chromium brings. A software
 * driver takes a minute to compile the shaders, so that these tests run only where it is asked for.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Runtime } from '@calibre/graph';
import { describe, expect, test, vi } from 'vitest';
import { toySentences, toyTokenizer, toyTraining } from '../test/toy.js';
import { type PbrConfig, trainPbr } from './recipes/pbr.js';

const encoder = { ...toyTraining.encoder, layers: 1 };

async function train(runtime: Runtime, config: Partial<PbrConfig>): Promise<number[]> {
  const losses: number[] = [];
  await trainPbr({
    examples: toySentences(20),
    from: { tokenizer: toyTokenizer },
    runtime,
    config: { ...toyTraining, encoder, steps: 2, lanes: 1, ...config },
    onRecord: ({ loss }) => losses.push(loss),
  });
  return losses;
}

/** The operators that profiled sessions ran elsewhere than on WebGPU. */
function fallbacks(folder: string): string[] {
  const events = readdirSync(folder).flatMap(
    (file): { name: string; cat: string; args: { provider?: string; op_name?: string } }[] =>
      JSON.parse(readFileSync(join(folder, file), 'utf8')),
  );
  const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
  expect(kernels.length).toBeGreaterThan(100);
  return kernels
    .filter(({ args }) => args.provider !== 'WebGpuExecutionProvider')
    .map(({ args }) => args.op_name ?? '');
}

describe.skipIf(!process.env.VK_ICD_FILENAMES)('on WebGPU', { timeout: 300_000 }, () => {
  test.each([
    [
      'with masked words, averages and recomputed layers',
      {
        emaDecay: 0.9,
        recompute: true,
        loss: { joint: 1, label: 0.3, matching: 0.4, pointer: 0.3, maskedLanguageModel: 1 },
      },
    ],
    ['with word embeddings by rows', {}],
  ] as const)(
    'boundary recovery %s follows the CPU, with no operator of its steps there',
    async (_, config) => {
      const folder = mkdtempSync(join(tmpdir(), 'calibre-webgpu-'));
      const [cpu, gpu] = [
        await Runtime.start({ threads: 1 }),
        await Runtime.start({ device: 'webgpu' }),
      ];
      try {
        const load = gpu.load.bind(gpu);
        vi.spyOn(gpu, 'load').mockImplementation((graph, options) =>
          load(graph, { ...options, profile: join(folder, 'step') }),
        );
        const expected = await train(cpu, config);
        (await train(gpu, config)).forEach((loss, i) => {
          expect(Math.abs(loss / (expected[i] as number) - 1)).toBeLessThan(1e-3);
        });
        expect(fallbacks(folder)).toEqual([]);
      } finally {
        await Promise.all([cpu.dispose(), gpu.dispose()]);
        rmSync(folder, { recursive: true });
      }
    },
  );
});

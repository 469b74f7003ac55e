/** Whole trainings on a runtime: the same bytes each time, and no memory left behind. */
import { expect, test } from 'vitest';
import { Training } from '../../test/network.js';
import { Runtime } from './runtime.js';

/** A training run on a runtime of its own: what `use` makes of it. */
async function fresh<T>(
  use: (training: Training, runtime: Runtime) => Promise<T>,
  { threads = 2 }: { threads?: number } = {},
): Promise<T> {
  const own = await Runtime.start({ threads });
  try {
    return await use(new Training(own), own);
  } finally {
    await own.dispose();
  }
}
const state = (training: Training, of: Runtime) =>
  Promise.all(training.names.map(async (name) => (await of.get(name)).data));

test('the same seed and threads give the same bytes; a resumed run equals an uninterrupted one', async () => {
  const straight = () =>
    fresh(async (training, own) => {
      await training.steps(1, 8);
      return state(training, own);
    });
  const first = await straight();
  expect(await straight()).toEqual(first);
  const half = await fresh(async (training, own) => {
    await training.steps(1, 3);
    return new Map(
      await Promise.all(training.names.map(async (name) => [name, await own.get(name)] as const)),
    );
  });
  const resumed = await fresh(async (training, own) => {
    await training.steps(1, 1); // residents of an unrelated step are replaced
    for (const [name, tensor] of half) await own.put(name, tensor);
    await training.steps(4, 8);
    return state(training, own);
  });
  expect(resumed).toEqual(first);
});

test('memory does not grow over 2,000 steps', async () => {
  const grown = await fresh(
    async (training) => {
      await training.steps(1, 500);
      const before = process.memoryUsage().rss;
      const losses = await training.steps(501, 2000);
      expect(losses.at(-1)).toBeLessThan(0.5);
      return process.memoryUsage().rss - before;
    },
    { threads: 1 }, // a second thread would only wait for so small a network
  );
  expect(grown).toBeLessThan(32 * 2 ** 20);
});

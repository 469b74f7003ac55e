import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createProgress } from './progress.js';

test('where there is no terminal: the first line, one every five seconds, the last', () => {
  const stream = new PassThrough();
  let now = 0;
  const progress = createProgress('training', {
    total: 9,
    unit: 'steps',
    stream: stream as unknown as NodeJS.WriteStream,
    now: () => now,
  });
  for (let step = 1; step <= 9; step++) {
    progress.update(step, `loss ${10 - step}`);
    now += 1000;
  }
  progress.stop();
  progress.stop();
  expect(String(stream.read())).toBe(
    'training 1/9 steps · loss 9\ntraining 6/9 steps · loss 4\ntraining 9/9 steps · loss 1\n',
  );
});

import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEventFile } from './tensorboard.js';

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'tensorboard-')), 'runs', 'events.out.tfevents.calibre');
});
afterEach(() => rmSync(join(path, '..', '..'), { recursive: true }));

const clock = () => 1;

test('the bytes are those that TensorBoard 2.21 itself writes', () => {
  const record = { step: 1, loss: 0.5, terms: { label: 2 } };
  openEventFile(path, { clock })(record);
  expect(readFileSync(path).toString('hex')).toBe(
    '1800000000000000a37f4b2209000000000000f03f1a0d627261696e2e4576656e743a3286bf577a' +
      '2e00000000000000c5cb57fa09000000000000f03f10012a210a0b0a046c6f7373150000003f' +
      '0a120a0b7465726d732f6c6162656c1500000040e56686d7',
  );
});

test('resuming after step 2 drops later events and the one cut short', () => {
  const write = openEventFile(path, { clock });
  for (const step of [1, 2]) write({ step });
  const kept = readFileSync(path);
  write({ step: 3 });
  appendFileSync(path, 'cut sh');
  openEventFile(path, { clock, afterStep: 2 });
  expect(readFileSync(path)).toEqual(kept);
});

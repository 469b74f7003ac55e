import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from './log.js';

test('resuming after step 2 drops later records and the line cut short', () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  const path = join(folder, 'runs', 'log.jsonl');
  const write = openLog(path);
  for (const step of [1, 2, 3]) write({ step });
  appendFileSync(path, '{"step":4,"lo');
  openLog(path, { afterStep: 2 })({ step: 3 });
  expect(readFileSync(path, 'utf8')).toBe('{"step":1}\n{"step":2}\n{"step":3}\n');
  rmSync(folder, { recursive: true });
});

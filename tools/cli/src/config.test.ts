import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveConfig } from './config.js';

const defaults = { steps: 100, schedule: 'cosine', betas: [0.9, 0.98] };

test('what is set wins over the file, the file over the defaults', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'calibre-config-'));
  try {
    const config = join(folder, 'config.json');
    writeFileSync(config, '{ "steps": 5, "betas": [0.9, 0.999] }');
    const set = ['steps=7', 'schedule=constant'];
    expect(await resolveConfig(defaults, { config, set })).toEqual({
      steps: 7,
      schedule: 'constant',
      betas: [0.9, 0.999],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a dot reaches a value within: the others stay', async () => {
  const nested = { recovery: { steps: 5, seed: 1 }, seeds: [1] };
  expect(await resolveConfig(nested, { set: ['recovery.steps=7'] })).toEqual({
    recovery: { steps: 7, seed: 1 },
    seeds: [1],
  });
  const wrong = resolveConfig(nested, { set: ['recovery.step=7'] });
  await expect(wrong).rejects.toThrow(/got recovery.step; known are steps, seed/);
  const deep = resolveConfig(nested, { set: ['seeds.first=7'] });
  await expect(deep).rejects.toThrow(/seeds has no values within, got first/);
});

test.each([
  ['step=7', /got step; known are steps, schedule, betas/],
  ['steps=many', /steps must be of type number, got "many"; its default is 100/],
  ['betas=0.9', /betas must be a list, got 0.9/],
  ['steps', /must be name=value, got steps/],
])('%s is refused', async (setting, message) => {
  await expect(resolveConfig(defaults, { set: [setting] })).rejects.toThrow(message);
});

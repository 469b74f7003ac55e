import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importedPackages, layerFaults } from './layers.js';
import { readPackages } from './workspace.js';

test('imports are found in every form', () => {
  const source = `
    import { a } from '@calibre/metrics';
    export * from "@calibre/graph";
    const b = await import('@calibre/model/conformance');
    import type { C } from 'other';`;
  expect(importedPackages(source)).toEqual([
    '@calibre/metrics',
    '@calibre/graph',
    '@calibre/model',
  ]);
});

test('an import that points upward is a fault', () => {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src/a.ts'), `import { train } from '@calibre/train';`);
  const metrics = { name: '@calibre/metrics', folder, private: false, dependencies: [] };
  expect(layerFaults([metrics])).toEqual([
    expect.stringMatching(/a\.ts: @calibre\/metrics must not import @calibre\/train$/),
  ]);
});

test('no package of this repository imports upward', () => {
  expect(layerFaults(readPackages())).toEqual([]);
});

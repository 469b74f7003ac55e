import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConformance } from '@calibre/model/conformance';
import { gazetteer } from './gazetteer.mjs';

const names = { PER: ['Lena', 'Lena Ortmann'], LOC: ['Kaldur'] };

test('conforms', () => checkConformance(() => gazetteer(names)));

test('the longest name at a place wins', async () => {
  const [spans] = await gazetteer(names).predict([['Lena', 'Ortmann', 'left', 'Kaldur']]);
  assert.deepEqual(spans, [
    { start: 0, end: 2, label: 'PER' },
    { start: 3, end: 4, label: 'LOC' },
  ]);
});

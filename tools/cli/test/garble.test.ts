import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { calibre, scratch } from './calibre.js';

const { file, path } = scratch();
const gold = file('gold.conll', 'Ada B-PER\nLovelace I-PER\nmet O\n\nBo B-PER\nran O\n');
const predicted = file('predicted', 'B-PER\nO\nO\n\nB-PER\nO\n');

test('garble shows a distribution and saves the same as JSON', async () => {
  const out = path('garbling.json');
  const shown = await calibre(['garble', gold, predicted, '--out', out]);
  expect(shown.stdout).toMatch(/^ +2 +any +1 .*sub \(0, −1\)/m);
  const { stdout } = await calibre(['garble', gold, predicted, '--json']);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(out, 'utf8')));
});

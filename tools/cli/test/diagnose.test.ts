import { expect, test } from 'vitest';
import { calibre, scratch } from './calibre.js';

const { file } = scratch();
const gold = file('gold.conll', 'Ada B-PER\nLovelace I-PER\nmet O\n\nin O\nParis B-LOC\n');
const predicted = file('predicted', 'B-PER\nO\nO\n\nO\nO\n');

test('diagnose shows the split, the oracles and the confusions with their words', async () => {
  const { stdout } = await calibre(['diagnose', gold, predicted]);
  expect(stdout).toMatch(/^sub +1 +100\.00 +100\.00$/m);
  expect(stdout).toMatch(/^if every boundary were right +100\.00 +50\.00 +66\.67$/m);
  expect(stdout).toMatch(/^sub +PER +PER +1 +0: Ada Lovelace → Ada$/m);
  expect(stdout).toMatch(/^missed +LOC +– +1 +1: Paris → –$/m);
});

test('diagnose --json holds the same', async () => {
  const { stdout } = await calibre(['diagnose', gold, predicted, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    errors: { counts: { sub: 1, correct: 0 }, predictions: 1, missed: 1 },
    oracles: { boundary: { f1: 2 / 3 } },
    confusions: [
      { category: 'sub', gold: 'PER', predicted: 'PER', count: 1 },
      { category: 'missed', gold: 'LOC', predicted: null, count: 1 },
    ],
  });
});

import { expect, test } from 'vitest';
import { calibre, scratch } from './calibre.js';

const { file } = scratch();
const gold = file('gold.conll', 'Ada B-PER\nLovelace I-PER\nmet O\n\nin O\nParis B-LOC\n');
const predicted = file('predicted', 'B-PER\nO\nO\n\nO\nO\n');

test('diagnose shows the split, the oracles and the confusions with their lines', async () => {
  const { stdout } = await calibre(['diagnose', gold, predicted]);
  expect(stdout).toMatch(/^all +0 +0 +0 +1 +0 +0 +0$/m);
  expect(stdout).toContain(
    'F1 0.0000; with all labels repaired 0.0000, with all boundaries 0.6667',
  );
  expect(stdout).toContain('1  sub  PER → PER\n      line 1: Ada Lovelace → Ada');
  expect(stdout).toContain('1  missed  LOC → nothing\n      line 6: Paris → –');
});

test('diagnose --json holds the same', async () => {
  const { stdout } = await calibre(['diagnose', gold, predicted, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    counts: { sub: 1, correct: 0 },
    oracles: { boundary: { f1: 2 / 3 } },
    confusions: [
      { category: 'sub', gold: 'PER', predicted: 'PER', count: 1 },
      { category: 'missed', gold: 'LOC', predicted: null, count: 1 },
    ],
  });
});

import { expect, test } from 'vitest';
import type { EditRow, Garbling } from './garbling.js';
import { withKeepShare } from './keep-share.js';
import { presets } from './presets.js';

const row = (...edits: [EditRow['edits'][number]['operation'], number][]): EditRow => ({
  length: 1,
  label: null,
  observed: 10,
  edits: edits.map(([operation, p]) => ({ operation, left: 0, right: 0, p })),
});
const garbling = (edits: EditRow): Garbling => ({
  ...presets.uniform,
  name: 'base',
  edits: [edits],
});

test('kept spans get the share, errors stand to each other as before', () => {
  const { name, edits } = withKeepShare(
    garbling(row(['keep', 0.9], ['super', 0.08], ['missed', 0.02])),
    0.3,
  );
  expect(name).toBe('base, keep 0.3');
  const [keep, wider, missed] = edits[0]?.edits.map(({ p }) => p) ?? [];
  expect([keep, wider, missed]).toEqual([0.3, expect.closeTo(0.56, 12), expect.closeTo(0.14, 12)]);
});

test('a share of none leaves errors alone; every row of a preset still sums to 1', () => {
  for (const { edits } of withKeepShare(presets.table1, 0).edits) {
    expect(edits.find(({ operation }) => operation === 'keep')?.p).toBe(0);
    expect(edits.reduce((sum, { p }) => sum + p, 0)).toBeCloseTo(1, 12);
  }
});

test('shares that are none, and rows without an error, are refused', () => {
  expect(() => withKeepShare(presets.table1, 1)).toThrow(/less than 1, got 1/);
  expect(() => withKeepShare(garbling(row(['keep', 1])), 0.3)).toThrow(
    /spans of 1 words must have/,
  );
});

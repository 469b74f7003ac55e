import { analyzeErrors, type Span } from '@calibre/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateGarbling } from './estimate.js';
import { Garbler } from './garbler.js';
import { editRow, parseGarbling, serializeGarbling } from './garbling.js';
import type { Edit } from './operation.js';
import { presets } from './presets.js';
import { seededRandom } from './random.js';
import { formatGarbling } from './table.js';

const span = (start: number, end: number, label = 'PER'): Span => ({ start, end, label });

/** p of one edit of spans of `length` words, estimated without a prior. */
function p(gold: Span[], predicted: Span[], length: number, { operation, left, right }: Edit) {
  const garbling = estimateGarbling([gold], [predicted], { strength: 0 });
  const found = editRow(garbling, length, 'PER').edits.find(
    (edit) => edit.operation === operation && edit.left === left && edit.right === right,
  );
  return found?.p ?? 0;
}

describe('one gold span [2, 5) is one edit', () => {
  test.each<[string, Span[], Edit]>([
    ['kept', [span(2, 5)], { operation: 'keep', left: 0, right: 0 }],
    [
      'kept though the label differs',
      [span(2, 5, 'LOC')],
      { operation: 'keep', left: 0, right: 0 },
    ],
    ['one word more on the left', [span(1, 5)], { operation: 'super', left: 1, right: 0 }],
    [
      'ten words more, unknown to the prior',
      [span(2, 15)],
      { operation: 'super', left: 0, right: 10 },
    ],
    ['two words fewer on the right', [span(2, 3)], { operation: 'sub', left: 0, right: -2 }],
    ['one word to the right', [span(3, 6)], { operation: 'drifted', left: -1, right: 1 }],
    ['the next two words instead', [span(5, 7)], { operation: 'adjacent', left: 0, right: 2 }],
    ['two parts', [span(2, 3), span(4, 5)], { operation: 'split', left: 1, right: 1 }],
    ['no answer', [span(9, 10)], { operation: 'missed', left: 0, right: 0 }],
    [
      'an extra answer beside the right one is spurious',
      [span(2, 5), span(5, 6)],
      { operation: 'keep', left: 0, right: 0 },
    ],
  ])('%s', (_, predicted, edit) => {
    expect(p([span(2, 5)], predicted, 3, edit)).toBe(1);
  });
});

test('the edit of a lone answer is the category that error analysis gives it', () => {
  const place = fc.tuple(fc.integer({ min: 3, max: 8 }), fc.integer({ min: 1, max: 5 }));
  fc.assert(
    fc.property(place, place, ([goldStart, goldLength], [start, length]) => {
      const gold = span(goldStart, goldStart + goldLength);
      const answer = span(start, start + length);
      const category = analyzeErrors([[gold]], [[answer]]).predictions[0]?.category;
      const garbling = estimateGarbling([[gold]], [[answer]], { strength: 0 });
      const [certain] = editRow(garbling, goldLength, 'PER').edits.filter(({ p }) => p === 1);
      const names = { correct: 'keep', spurious: 'missed' };
      expect(certain?.operation).toBe(names[category as keyof typeof names] ?? category);
    }),
  );
});

test('one answer over two gold spans counts as joined, at their distance', () => {
  const gold = [span(0, 1), span(2, 3), span(9, 10), span(11, 12)];
  const { joined } = estimateGarbling([gold], [[span(0, 3), span(9, 10), span(11, 12)]], {
    strength: 0,
  });
  expect(joined[1]).toBe(1 / 2);
});

test('the prior counts for `strength` observations: (1 + 3·q) / (1 + 3)', () => {
  const q = presets.table1.edits[0]?.edits.find(({ operation }) => operation === 'keep')?.p ?? 0;
  const row = editRow(estimateGarbling([[span(0, 1)]], [[span(0, 1)]], { strength: 3 }), 1, 'PER');
  expect(row.edits.find(({ operation }) => operation === 'keep')?.p).toBeCloseTo((1 + 3 * q) / 4);
  expect(row.observed).toBe(1);
});

test('by label, a label falls back on all labels together', () => {
  const gold = [span(0, 1), span(3, 4, 'LOC')];
  const predicted = [span(0, 1), span(3, 5, 'LOC')];
  const garbling = estimateGarbling([gold], [predicted], { strength: 1, byLabel: true });
  const kept = (label: string) =>
    editRow(garbling, 1, label).edits.find(({ operation }) => operation === 'keep')?.p ?? 0;
  const general = kept('unseen');
  expect(kept('PER')).toBeCloseTo((1 + general) / 2);
  expect(kept('LOC')).toBeCloseTo(general / 2);
});

test('labels and spurious answers are counted', () => {
  const gold = [span(0, 1), span(3, 4), span(6, 7, 'LOC')];
  const predicted = [span(0, 1), span(3, 4, 'LOC'), span(6, 7, 'LOC'), span(9, 11, 'LOC')];
  const garbling = estimateGarbling([gold], [predicted], { strength: 0, words: [23] });
  expect(garbling.labels[1]).toEqual({
    label: 'PER',
    answers: [
      { label: 'LOC', p: 0.5 },
      { label: 'PER', p: 0.5 },
    ],
  });
  expect(garbling.spurious.perWord).toBe(1 / 20);
  expect(garbling.spurious.lengths).toEqual([0, 1, 0]);
  expect(garbling.spurious.labels).toEqual([
    { label: 'LOC', p: 1 },
    { label: 'PER', p: 0 },
  ]);
});

test('what was garbled by a garbling is estimated as that garbling', () => {
  const garbler = new Garbler(presets.table1);
  const random = seededRandom(8);
  const gold = Array.from({ length: 8000 }, (_, index) => [span(10, 11 + (index % 5))]);
  const predicted = gold.map((spans) =>
    garbler.garbleSentence(spans, { words: 30, random }).map(({ initial }) => initial),
  );
  const estimated = estimateGarbling(gold, predicted, { strength: 0, words: gold.map(() => 30) });
  expect(estimated.spurious.perWord).toBeCloseTo(presets.table1.spurious.perWord, 3);
  for (const row of presets.table1.edits) {
    const seen = editRow(estimated, row.length, 'PER').edits;
    for (const edit of row.edits) {
      const same = seen.find((other) =>
        ['operation', 'left', 'right'].every(
          (k) => other[k as keyof Edit] === edit[k as keyof Edit],
        ),
      );
      expect(Math.abs((same?.p ?? 0) - edit.p)).toBeLessThan(0.04);
    }
  }
});

test('an estimate survives its JSON, even of nothing and without a prior', () => {
  const nothing = estimateGarbling([], [], { strength: 0, words: [] });
  expect(parseGarbling(serializeGarbling(nothing))).toEqual(nothing);
  const garbling = estimateGarbling([[span(0, 2)]], [[span(0, 1)]], { byLabel: true, words: [9] });
  expect(parseGarbling(serializeGarbling(garbling))).toEqual(garbling);
});

test('different numbers of sentences are refused', () => {
  expect(() => estimateGarbling([[]], [])).toThrow(/same sentences, got 1 and 0/);
});

test('the table shows one row a length and the shares in percent', () => {
  const lines = formatGarbling(
    estimateGarbling([[span(0, 1)]], [[span(0, 2)]], { strength: 0 }),
  ).split('\n');
  expect(lines[1]).toMatch(
    /^length +label +seen +keep +super +sub +drifted +adjacent +split +missed +most likely moves$/,
  );
  expect(lines[2]).toMatch(/^ +1 +any +1 +0\.0 +100\.0 .* super \(0, \+1\)/);
  expect(lines.filter((line) => line.startsWith('    5+'))).toHaveLength(1);
});

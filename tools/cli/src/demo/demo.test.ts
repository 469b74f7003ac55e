import type { Passage } from '@calibre/data-wiki';
import { seededRandom } from '@calibre/garble';
import { expect, test } from 'vitest';
import { paintFor } from '../paint.js';
import { cutIntoPieces } from './pieces.js';
import { type Repair, scoreRepairs } from './repair.js';
import { drawExamples, repairTable, showRepair } from './show.js';
import { holdOutPages } from './split.js';

const passage = (language: string, pageId: number, anchors: number): Passage => ({
  language,
  pageId,
  title: `Page ${pageId}`,
  text: 'Ada Lovelace met Babbage',
  words: [
    { charStart: 0, charEnd: 3 },
    { charStart: 4, charEnd: 12 },
    { charStart: 13, charEnd: 16 },
    { charStart: 17, charEnd: 24 },
  ],
  anchors: Array.from({ length: anchors }, () => ({ start: 0, end: 2, target: 'Ada Lovelace' })),
});

const passages = [
  passage('en', 1, 70),
  passage('en', 2, 12),
  passage('en', 3, 5),
  passage('en', 3, 3),
  passage('en', 4, 10),
  passage('ar', 5, 9),
  passage('de', 6, 40),
  passage('de', 7, 60),
];
const pageIds = (of: readonly Passage[]) => of.map(({ pageId }) => pageId);

test('the pages with the fewest anchors are held out, up to a share, at least one', () => {
  const { rest, heldOut } = holdOutPages(passages, { share: 0.2, holdOutLonePages: true });
  expect(pageIds(heldOut)).toEqual([3, 3, 4, 5, 6]);
  expect(pageIds(rest)).toEqual([1, 2, 7]);
});

test('a lone page can be left in', () => {
  const { rest } = holdOutPages(passages, { share: 0.2, holdOutLonePages: false });
  expect(pageIds(rest)).toEqual([1, 2, 5, 7]);
});

test('pieces keep anchors whole and words at their offsets', () => {
  const whole = {
    ...passage('en', 1, 0),
    anchors: [
      { start: 1, end: 3, target: 'x' },
      { start: 3, end: 4, target: 'y' },
    ],
  };
  expect(cutIntoPieces(whole, 2)).toEqual([
    { ...whole, words: whole.words.slice(1, 3), anchors: [{ start: 0, end: 2, target: 'x' }] },
    { ...whole, words: whole.words.slice(3), anchors: [{ start: 0, end: 1, target: 'y' }] },
  ]);
});

const span = (start: number, end: number) => ({ start, end });
const repair = (
  language: string,
  initial: [number, number],
  calibrated?: [number, number],
): Repair => ({
  passage: passage(language, 1, 1),
  gold: span(0, 2),
  initial: span(...initial),
  calibrated: calibrated && span(...calibrated),
});

const repairs = [
  repair('en', [0, 1], [0, 2]), // fixed
  repair('en', [0, 2], [0, 3]), // broken
  repair('en', [0, 2], [0, 2]), // kept
  repair('de', [0, 2]), // dropped, hence broken
];

test('exact before and after, fixed and broken', () => {
  expect(scoreRepairs(repairs)).toEqual({
    answers: 4,
    before: 0.75,
    after: 0.5,
    fixed: 1,
    broken: 2,
  });
  expect(scoreRepairs([])).toEqual({ answers: 0, before: 0, after: 0, fixed: 0, broken: 0 });
});

test('the table has a row a language and the total', () => {
  const total = scoreRepairs(repairs);
  expect(repairTable({ en: total }, total).split('\n')).toEqual([
    'language  answers  before  after  fixed  broken',
    'en              4   0.750  0.500      1       2',
    'total           4   0.750  0.500      1       2',
  ]);
});

test('examples are drawn from the answers that were changed, each once', () => {
  const drawn = (count: number) => drawExamples(repairs, { count, random: seededRandom(1) });
  expect(drawn(2)).toHaveLength(2);
  expect(new Set(drawn(9))).toEqual(new Set([repairs[0], repairs[1], repairs[3]]));
});

test('an example shows its passage before and after', () => {
  const plain = paintFor(process.stderr, { NO_COLOR: '1' });
  expect(showRepair(repairs[0] as Repair, plain).split('\n')).toEqual([
    'en  Page 1  fixed',
    '    before  …[Ada] Lovelace met Babbage…',
    '    after   …[Ada Lovelace] met Babbage…',
  ]);
  const coloured = paintFor(process.stderr, { FORCE_COLOR: '1' });
  expect(showRepair(repairs[0] as Repair, coloured)).toContain(
    '\u001b[32m[Ada Lovelace]\u001b[39m',
  );
});

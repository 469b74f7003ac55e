import { describe, expect, test } from 'vitest';
import { calibratorDefaults, paperCalibrator } from '../network/configuration.js';
import { encoderOfSize } from '../network/encoder-configuration.js';
import { calibratorFeeds } from './batch.js';
import { type CalibratorItem, calibratorRow, forEachCandidate } from './row.js';

const bert = { prefix: [101], separator: [102], suffix: [102], firstType: 0, lastType: 1 };
const configuration = { ...calibratorDefaults, labels: ['NONE', 'PER', 'LOC'], maxSpan: 2 };
/** Words of 1, 2, 1 and 1 tokens: 10 | 20 21 | 30 | 40. */
const passage = {
  ids: [10, 20, 21, 30, 40],
  wordStarts: [0, 1, 3, 4, 5],
  shapes: [1, 2, 3, 4],
};
const item: CalibratorItem = { passage, initial: { start: 1, end: 3, label: 'PER' } };
const row = (changes: Partial<CalibratorItem> = {}, options = {}) =>
  calibratorRow(
    { ...item, ...changes },
    { configuration, layout: bert, maxTokens: 64, ...options },
  );

test('[CLS] answer [SEP] passage [SEP], the answer sliced from the passage', () => {
  expect(row()).toMatchObject({
    inputIds: [101, 20, 21, 30, 102, 10, 20, 21, 30, 40, 102],
    tokenTypeIds: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1],
    indexIds: [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0], // on the mention, not on its copy
    labelIds: [0, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0], // 1 + PER, on the copy
    shapeIds: [0, 2, 2, 3, 0, 1, 2, 2, 3, 4, 0],
    passageColumn: 5,
    answerColumn: 1,
  });
});

test('a word unit is a word from its first to its last token; unit 0 is [CLS]', () => {
  expect(row()).toMatchObject({
    startPositions: [0, 5, 6, 8, 9],
    endPositions: [0, 5, 7, 8, 9],
    unitWords: [-1, 0, 1, 2, 3],
    initial: { start: 2, end: 3 },
  });
});

test('a token unit is a token', () => {
  expect(row({}, { configuration: { ...paperCalibrator, maxSpan: 2 } })).toMatchObject({
    startPositions: [0, 5, 6, 7, 8, 9],
    endPositions: [0, 5, 6, 7, 8, 9],
    unitWords: [-1, 0, 1, 1, 2, 3],
    initial: { start: 2, end: 4 },
  });
});

test('a question comes first, and other separators are the tokenizer’s', () => {
  const roberta = { prefix: [0], separator: [2, 2], suffix: [2], firstType: 0, lastType: 0 };
  expect(row({ question: [7, 8] }, { layout: roberta })?.inputIds).toEqual([
    0, 7, 8, 2, 2, 20, 21, 30, 2, 2, 10, 20, 21, 30, 40, 2,
  ]);
});

test('an unknown label has the last row of the label embedding and no label loss', () => {
  const other = { start: 1, end: 3, label: 'MISC' };
  expect(row({ initial: other, gold: other })).toMatchObject({
    labelIds: [0, 4, 4, 4, 0, 0, 0, 0, 0, 0, 0],
    gold: { start: 2, end: 3, label: -100 },
  });
});

test('no gold answer is the pair (0, 0) with the label NONE', () => {
  expect(row({ gold: null })?.gold).toEqual({ start: 0, end: 0, label: 0 });
});

describe('a passage beyond the encoder', () => {
  test('is read in a window around the initial answer', () => {
    // 6 columns are the answer's copy and special tokens; 4 of the 5 passage tokens fit.
    expect(row({}, { maxTokens: 10 })).toMatchObject({
      inputIds: [101, 20, 21, 30, 102, 20, 21, 30, 40, 102],
      unitWords: [-1, 1, 2, 3],
    });
  });
  test('cannot be trained on where the gold answer lies outside', () => {
    expect(row({ gold: { start: 0, end: 1, label: 'PER' } }, { maxTokens: 10 })).toBeUndefined();
  });
  test('cannot be read where the answer does not fit beside its copy', () => {
    expect(row({}, { maxTokens: 8 })).toBeUndefined();
  });
});

describe('candidates', () => {
  const pairs = (maxSpan: number, changes: Partial<CalibratorItem> = {}) => {
    const found: string[] = [];
    const read = row(changes);
    if (read)
      forEachCandidate(read, { ...configuration, maxSpan }, (i, j) => found.push(`${i}-${j}`));
    return found;
  };
  test('are no answer and all short pairs', () =>
    expect(pairs(2)).toEqual(['0-0', '1-1', '1-2', '2-2', '2-3', '3-3', '3-4', '4-4']));
  test('include the initial and the gold answer however long', () =>
    expect(pairs(1, { gold: { start: 0, end: 4, label: 'PER' } })).toEqual([
      '0-0',
      '1-1',
      '1-4',
      '2-2',
      '2-3',
      '3-3',
      '4-4',
    ]));
});

test('rows are padded to the longest, and masks say what is real', () => {
  const rows = [row(), row({ initial: { start: 0, end: 1, label: 'LOC' } })].map(
    (r) => r ?? expect.fail(),
  );
  const encoder = encoderOfSize('tiny', { vocabularySize: 200 });
  const feeds = calibratorFeeds(rows, { configuration, encoder, pad: 9 });
  expect(feeds.inputIds).toEqual({
    data: Int32Array.from([
      ...[101, 20, 21, 30, 102, 10, 20, 21, 30, 40, 102],
      ...[101, 10, 102, 10, 20, 21, 30, 40, 102, 9, 9],
    ]),
    shape: [2, 11],
  });
  expect(
    Array.from(feeds.attentionMask?.data ?? [], Number)
      .slice(11)
      .join(''),
  ).toBe('11111111100');
  expect(Object.keys(feeds)).not.toContain('goldStart');
  const golden = rows.map((each) => ({ ...each, gold: { start: 0, end: 0, label: 0 } }));
  const trained = calibratorFeeds(golden, { configuration, encoder, pad: 9 });
  expect(trained.candidates?.shape).toEqual([2, 5, 5]);
});

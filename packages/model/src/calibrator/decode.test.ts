import { expect, test } from 'vitest';
import { calibratorDefaults } from '../network/configuration.js';
import { readings } from './decode.js';
import { type CalibratorRow, calibratorRow } from './row.js';

const layout = { prefix: [101], separator: [102], suffix: [102], firstType: 0, lastType: 1 };
const passage = { ids: [10, 11], wordStarts: [0, 1, 2], shapes: [0, 0] };
const configuration = { ...calibratorDefaults, labels: ['NONE', 'PER'] };
const row = calibratorRow(
  { passage, initial: { start: 0, end: 1, label: 'PER' } },
  { configuration, layout, maxTokens: 64 },
) as CalibratorRow;
// Candidates (0,0) (1,1) (1,2) (2,2) have 1, 2, 4 and 1 shares of 8; −99 stands where none is. W = 4 with padding.
const log = Math.log;
const pairScores = Float32Array.from([
  ...[log(1), -99, -99, -99],
  ...[-99, log(2), log(4), -99],
  ...[-99, -99, log(1), -99],
  ...[-99, -99, -99, -99],
]);
// Label logits of (1, 2): NONE 1 + 0, PER 0 + 1 + log 3 − … chosen so that PER is three times as likely.
const startLabels = Float32Array.from([0, 0, 1, 1, 0, 0, 0, 0]);
const endLabels = Float32Array.from([0, 0, 0, 0, 0, log(3), 0, 0]);

test('log-probabilities are a softmax over candidates and no answer alone', () => {
  const [reading] = readings(
    [row],
    { pairScores, startLabels, endLabels },
    { configuration, width: 4 },
  );
  expect(reading?.noAnswer).toBeCloseTo(log(1 / 8), 6);
  expect(reading?.initial).toMatchObject({
    start: 0,
    end: 1,
    score: expect.closeTo(log(2 / 8), 6),
  });
  expect(reading?.answers.map(({ start, end }) => [start, end])).toEqual([
    [0, 2],
    [0, 1],
    [1, 2],
  ]);
  expect(reading?.answers[0]?.score).toBeCloseTo(log(4 / 8), 6);
});

test('label log-probabilities come from the start and the end of the pair', () => {
  const [reading] = readings(
    [row],
    { pairScores, startLabels, endLabels },
    { configuration, width: 4 },
  );
  expect(reading?.answers[0]?.labels.map(Math.exp)).toEqual([
    expect.closeTo(1 / 4, 6),
    expect.closeTo(3 / 4, 6),
  ]);
});

test('a temperature of 2 halves the scores before the softmax', () => {
  const cooler = { ...configuration, temperatures: { span: 2, label: 1 } };
  const [reading] = readings([row], { pairScores }, { configuration: cooler, width: 4 });
  expect(reading?.answers[0]?.score).toBeCloseTo(log(2 / (1 + Math.SQRT2 + 2 + 1)), 6);
  expect(reading?.initial.labels).toEqual([]);
});

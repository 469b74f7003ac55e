import { expect, test } from 'vitest';
import { calibratorDefaults } from '../network/configuration.js';
import { encoderOfSize } from '../network/encoder-configuration.js';
import { calibratorFeeds } from './batch.js';
import { maskTokens } from './masking.js';
import { type CalibratorRow, calibratorRow } from './row.js';

const layout = { prefix: [101], separator: [102], suffix: [102], firstType: 0, lastType: 1 };
const passage = { ids: [10, 11, 12], wordStarts: [0, 1, 2, 3], shapes: [0, 0, 0] };
const row = calibratorRow(
  { passage, initial: { start: 1, end: 2, label: 'PER' }, gold: null },
  { configuration: calibratorDefaults, layout, maxTokens: 64 },
) as CalibratorRow; // 101 11 102 10 11 12 102
const feeds = calibratorFeeds([row], {
  configuration: calibratorDefaults,
  encoder: encoderOfSize('tiny', { vocabularySize: 200 }),
  pad: 0,
});
const drawing =
  (...draws: number[]) =>
  () =>
    draws.shift() ?? 0.99;
const masked = (...draws: number[]) => {
  const result = maskTokens([row], feeds, {
    random: drawing(...draws),
    maskId: 103,
    vocabularySize: 50,
  });
  return Object.fromEntries(
    ['inputIds', 'maskedPositions', 'maskedLabels'].map((name) => [
      name,
      Array.from(result[name]?.data ?? [], Number),
    ]),
  );
};

test('a chosen token of the mention is hidden in the answer copy too', () => {
  // 10: not chosen · 11: chosen (0.1), masked (0.5) · 12: not chosen
  expect(masked(0.9, 0.1, 0.5, 0.9)).toEqual({
    inputIds: [101, 103, 102, 10, 103, 12, 102],
    maskedPositions: [4],
    maskedLabels: [11],
  });
});

test('of the chosen a tenth become another token and a tenth stay, all to be predicted', () => {
  // 10: chosen, random (0.85), token 50 · 0.5 = 25 · 11: not chosen · 12: chosen, stays (0.95)
  expect(masked(0.1, 0.85, 0.5, 0.9, 0.1, 0.95)).toEqual({
    inputIds: [101, 11, 102, 25, 11, 12, 102],
    maskedPositions: [3, 5],
    maskedLabels: [10, 12],
  });
});

test('nothing chosen leaves one place without a label', () => {
  expect(masked()).toMatchObject({ maskedPositions: [0], maskedLabels: [-100] });
});

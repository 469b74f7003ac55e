import { expect, test } from 'vitest';
import golden from '../test/fixtures/schedules.json' with { type: 'json' };
import { type ScheduleConfig, schedule } from './schedules.js';

test.each(golden.schedules)(
  '$name, warm-up $warmupSteps of $totalSteps, cycles $cycles: the multipliers that transformers recorded',
  ({ values, ...config }) => {
    const multiplier = schedule(config as ScheduleConfig);
    values.forEach((value, step) => {
      expect(multiplier(step)).toBeCloseTo(value, 11);
    });
  },
);

test('times the base rate: three restarts from 3e-5', () => {
  const { baseLearningRate, values, ...config } = golden.withBaseRate;
  const multiplier = schedule(config as ScheduleConfig);
  values.forEach((value, step) => {
    expect(baseLearningRate * multiplier(step)).toBeCloseTo(value, 15);
  });
});

import { expect, test } from 'vitest';
import { calibre } from './calibre.js';

interface Score {
  answers: number;
  before: number;
  after: number;
  fixed: number;
  broken: number;
}

test('the short demo runs the whole pipeline; its numbers add up', {
  timeout: 600_000,
}, async () => {
  const { code, stdout, stderr } = await calibre(['demo', '--short', '--json']);
  expect(code, stderr).toBe(0);
  const { languages, total, seconds } = JSON.parse(stdout) as {
    languages: Record<string, Score>;
    total: Score;
    seconds: Record<string, number>;
  };
  expect(Object.keys(languages)).toEqual([
    'ar',
    'de',
    'en',
    'es',
    'fr',
    'ja',
    'nl',
    'ru',
    'vi',
    'zh',
  ]);
  expect(Object.keys(seconds)).toEqual(['extract', 'train', 'calibrate', 'total']);
  for (const { answers, before, after, fixed, broken } of [...Object.values(languages), total]) {
    expect(after - before).toBeCloseTo((fixed - broken) / answers);
  }
  const sum = (count: (score: Score) => number) =>
    Object.values(languages).reduce((all, score) => all + count(score), 0);
  expect(total.answers).toBe(sum(({ answers }) => answers));
  expect(total.fixed).toBe(sum(({ fixed }) => fixed));
});

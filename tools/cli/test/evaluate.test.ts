import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { calibre, scratch } from './calibre.js';

const { file } = scratch();
const gold = file('gold.conll', 'Ada B-PER\nLovelace I-PER\nmet O\nBo B-PER\n\nParis B-LOC\n');
const predicted = file('predicted', 'B-PER\nO\nO\nB-PER\n\nB-ORG\n');

describe('evaluate', () => {
  test('prints scores, categories and oracles for people', async () => {
    const { code, stdout, stderr } = await calibre(['evaluate', gold, predicted]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ *micro avg +0\.3333 +0\.3333 +0\.3333 +3$/m);
    expect(stdout).toMatch(/^sub +1 +33\.33 +50\.00$/m);
    expect(stdout).toMatch(/^if every type were right +66\.67 +66\.67 +66\.67$/m);
  });

  test('prints one JSON object with --json', async () => {
    const { stdout } = await calibre(['evaluate', gold, predicted, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      micro: { precision: 1 / 3, recall: 1 / 3, f1: 1 / 3, support: 3 },
      errors: { counts: { correct: 1, type: 1, sub: 1 }, boundaryErrors: 1, boundaryShare: 0.5 },
    });
  });

  test('compares further prediction files with the first', async () => {
    const { stdout } = await calibre(['evaluate', gold, predicted, gold, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      systems: [{ micro: { f1: 1 / 3 } }, { micro: { f1: 1 } }],
      comparisons: [{ outcomes: { fixed: 2, kept: 1 } }],
    });
    const text = await calibre(['evaluate', gold, predicted, gold]);
    expect(text.stdout).toMatch(/F1 \+66\.67, 95 % interval/);
  });

  test('prints as conlleval does', async () => {
    const { stdout } = await calibre(['evaluate', gold, predicted, '--format', 'conlleval']);
    expect(stdout).toMatch(/^processed 5 tokens with 3 phrases; found: 3 phrases; correct: 1\.\n/);
  });
});

describe('bad input ends with 1, one line, and no stack', () => {
  test.each([
    [
      'an unknown option',
      ['--fast'],
      /^calibre evaluate: unknown option '--fast'; see calibre evaluate --help\n$/,
    ],
    [
      'a missing file',
      ['none'],
      /^none: must be a readable file, got no such file; check the path\n$/,
    ],
    [
      'predictions that do not line up',
      [file('short', 'O\nO\n')],
      /^.*short:3: .*length 2 for one of length 4 \(line 3 of the text\).*\n$/,
    ],
    [
      'unequal columns',
      [file('ragged', 'Ada B-PER\nLovelace X I-PER\nmet O\nBo O\n\nParis O\n')],
      /^.*ragged:2: .*as many columns as the first \(2\), got 3.*\n$/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await calibre(['evaluate', gold, ...args]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('--debug shows where', async () => {
    const { stderr } = await calibre(['evaluate', gold, 'none', '--debug']);
    expect(stderr).toMatch(/\n +at /);
  });

  test('an unknown command', async () => {
    const { code, stderr } = await calibre(['mend']);
    expect(code).toBe(1);
    expect(stderr).toBe("calibre: unknown command 'mend'; see calibre --help\n");
  });
});

const data = fileURLToPath(new URL('../../../../shared/data/ner/', import.meta.url));

describe.skipIf(!existsSync(data))(
  'real predictions (skipped where ../shared/data is missing)',
  () => {
    test.each([
      ['en', '0.9477'],
      ['es', '0.7779'],
      ['de', '0.7876'],
      ['nl', '0.8289'],
    ])('%s has F1 %s', async (language, f1) => {
      const args = [`${data}xglue/${language}.dev`, `${data}unicoder/${language}.prediction`];
      const { stdout } = await calibre(['evaluate', ...args, '--json']);
      expect((JSON.parse(stdout) as { micro: { f1: number } }).micro.f1.toFixed(4)).toBe(f1);
    });
  },
);

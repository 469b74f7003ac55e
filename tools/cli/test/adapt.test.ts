import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { calibre, scratch } from './calibre.js';

const patience = 300_000; // training starts an engine, which takes a while on a busy machine
const { file, path } = scratch();

const text = 'Ada B-PER\nLovelace I-PER\nmet O\nBo B-PER\nin O\nParis B-LOC\n\n'.repeat(12);
const gold = file('corrected.conll', text);
const base = file('base', 'B-PER\nO\nO\nB-PER\nO\nB-LOC\n\n'.repeat(12));
const right = file('right', 'B-PER\nI-PER\nO\nB-PER\nO\nB-LOC\n\n'.repeat(12));
const recovery = path('recovery');
const brief = ['--size', 'tiny', '--steps', '4', '--set', 'tokensPerBatch=400'];

beforeAll(async () => {
  const trained = await calibre(['train', 'pbr', gold, '--out', recovery, ...brief]);
  expect(trained).toMatchObject({ code: 0 });
}, patience);

describe('calibre adapt', { timeout: patience }, () => {
  test('writes an adapted checkpoint that calibrates, and measures a learning curve', async () => {
    const out = path('adapted');
    const call = ['adapt', recovery, gold, '--base', base, '--out', out, '--replay', gold];
    const done = await calibre([...call, '--steps', '2', '--curve', '0,6', '--json']);
    expect(done.stderr).toMatch(/adapting: training 6 of 6, 2 steps/);
    const { curve, estimate } = JSON.parse(done.stdout);
    expect(estimate.before).toBeCloseTo(2 / 3); // the base finds two answers of three, and one that is wrong
    expect(curve).toMatchObject([
      { sentences: 0, measuredOn: 6 },
      { sentences: 6, measuredOn: 6 },
    ]);
    const calibrated = path('calibrated');
    expect(
      await calibre(['calibrate', out, gold, '--base', base, '--out', calibrated]),
    ).toMatchObject({ code: 0 });
  });

  test('says plainly that a base without errors is left alone', async () => {
    const out = path('alone');
    const call = ['adapt', recovery, gold, '--base', right, '--out', out, '--steps', '2'];
    expect(await calibre(call)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/so the checkpoint leaves them alone/),
    });
  });

  test.each([
    [['adapt', 'none', gold, '--base', base, '--out', 'x'], /none/],
    [['adapt', recovery, gold, '--out', 'x'], /--base must be given/],
    [['adapt', recovery, gold, '--base', base, '--out', 'x', '--curve', 'a'], /whole numbers/],
    [
      ['adapt', recovery, gold, '--base', base, '--out', path('x'), '--curve', '12'],
      /sizes up to 12/,
    ],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await calibre(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

test(
  'calibre recipe run xglue ends with the table of goals; again, it makes nothing new',
  async () => {
    const data = path('ner');
    const put = (name: string, content: string) => writeFileSync(`${data}/${name}`, content);
    for (const folder of ['xglue', 'unicoder', 'wikiann', 'wikineural'])
      mkdirSync(`${data}/${folder}`, { recursive: true });
    for (const language of ['en', 'es', 'de', 'nl']) {
      put(`xglue/${language}.dev`, text);
      put(`unicoder/${language}.prediction`, readFileSync(base, 'utf8'));
      put(`wikiann/${language}.train.conllu`, text);
      put(`wikineural/${language}.val.conllu`, text);
    }
    put('xglue/en.train', text);
    const shown = await calibre(['recipe', 'run', 'xglue', '--print-config']);
    const { recovery: pbr, calibrator, tagger, ...rest } = JSON.parse(shown.stdout);
    const small = { steps: 2, tokensPerBatch: 400, saveEverySteps: 0 };
    const config = {
      ...rest,
      seeds: [1],
      recovery: { ...pbr, ...small, size: 'tiny' },
      calibrator: { ...calibrator, ...small },
      tagger: { ...tagger, ...small },
      correctedSentences: [5],
    };
    const call = ['recipe', 'run', 'xglue', '--data', data, '--out', path('run')];
    const options = ['--config', file('config.json', JSON.stringify(config))];
    const first = await calibre([...call, ...options]);
    expect(first.stdout).toMatch(/zero-shot, decision learned on English .* (met|missed)/);
    expect(first.stderr).toMatch(/seed 1: recovery/);
    const again = await calibre([...call, ...options]);
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).not.toMatch(/loss/);
    expect(readFileSync(path('run/goals.txt'), 'utf8')).toBe(first.stdout);
  },
  patience,
);

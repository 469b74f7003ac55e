import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { calibre, scratch } from './calibre.js';

const patience = 300_000; // training starts an engine, which takes a while on a busy machine
const sample = fileURLToPath(new URL('../sample/', import.meta.url));
const { file, path } = scratch();

const gold = file(
  'gold.conll',
  'Ada B-PHRASE\nLovelace I-PHRASE\nmet O\nBo B-PHRASE\nin O\nParis B-PHRASE\n\n'.repeat(8),
);
const base = file('base', 'B-PHRASE\nO\nO\nB-PHRASE\nO\nB-PHRASE\n\n'.repeat(8));
const passages = path('nl.jsonl');
const recovery = path('recovery');
const brief = ['--size', 'tiny', '--steps', '4', '--set', 'tokensPerBatch=400'];

beforeAll(async () => {
  const extracted = await calibre([
    'extract',
    `${sample}nl.xml.bz2`,
    '--language',
    'nl',
    '--out',
    passages,
  ]);
  expect(extracted).toMatchObject({ code: 0 });
  const trained = await calibre(['train', 'pbr', passages, '--out', recovery, ...brief]);
  expect(trained).toMatchObject({ code: 0 });
}, patience);

describe('a pipeline of commands', { timeout: patience }, () => {
  test('extract writes passages and a manifest', () => {
    const [first = ''] = readFileSync(passages, 'utf8').split('\n');
    expect(JSON.parse(first)).toMatchObject({ language: 'nl', title: 'Arthur Schopenhauer' });
    expect(existsSync(`${passages}.manifest.json`)).toBe(true);
  });

  test('train writes a checkpoint in the layout of Hugging Face, progress on standard error', () => {
    expect(readdirSync(recovery)).toEqual(
      expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json']),
    );
  });

  test('train calibrator goes on from it; calibrate writes tags and decisions that line up', async () => {
    const calibrator = path('calibrator');
    const options = [
      '--init',
      recovery,
      '--steps',
      '2',
      '--dev',
      gold,
      '--dev-base',
      base,
      '--json',
    ];
    const trained = await calibre(['train', 'calibrator', gold, '--out', calibrator, ...options]);
    expect(JSON.parse(trained.stdout)).toMatchObject({ out: calibrator, steps: 2 });
    const out = path('calibrated');
    const done = await calibre([
      'calibrate',
      calibrator,
      gold,
      '--base',
      base,
      '--out',
      out,
      '--margin',
      '0',
      '--json',
    ]);
    expect(JSON.parse(done.stdout)).toMatchObject({ out, answers: 24 });
    const answers = readFileSync(`${out}.answers.jsonl`, 'utf8').trim().split('\n');
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({
      line: 1,
      initial: { start: 0, end: 1, label: 'PHRASE', text: 'Ada' },
    });
    const evaluated = await calibre(['evaluate', gold, out, '--json']);
    expect(evaluated.code).toBe(0);
  });

  test('export writes one ONNX file in the precision asked for', async () => {
    const out = path('recovery.onnx');
    const { stdout } = await calibre([
      'export',
      recovery,
      '--out',
      out,
      '--precision',
      'int8',
      '--json',
    ]);
    const bytes = statSync(out).size;
    expect(JSON.parse(stdout)).toEqual({ out, precision: 'int8', bytes });
    expect(bytes).toBeLessThan(0.5 * statSync(join(recovery, 'model.safetensors')).size);
  });

  test('train tagger, then predict, gives tags that line up', async () => {
    const tagger = path('tagger');
    const out = path('tagged');
    expect(await calibre(['train', 'tagger', gold, '--out', tagger, ...brief])).toMatchObject({
      code: 0,
    });
    expect(await calibre(['predict', tagger, gold, '--out', out])).toMatchObject({ code: 0 });
    expect(await calibre(['evaluate', gold, out])).toMatchObject({ code: 0 });
  });

  test('--print-config shows every hyper-parameter, and what it shows can be given back', async () => {
    const shown = await calibre(['train', 'pbr', '--print-config', '--set', 'learningRate=1e-4']);
    const config = JSON.parse(shown.stdout);
    expect(config).toMatchObject({
      learningRate: 1e-4,
      schedule: 'cosineHardRestarts',
      garbling: 'table1',
    });
    const again = await calibre([
      'train',
      'pbr',
      '--print-config',
      '--config',
      file('c.json', shown.stdout),
    ]);
    expect(JSON.parse(again.stdout)).toEqual(config);
  });

  test('a training state is not overwritten by accident, and --resume goes on', async () => {
    const call = ['train', 'pbr', passages, '--out', recovery, ...brief];
    expect(await calibre(call)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /recovery\.training: must be new, got the training state of step 4; pass --resume/,
      ),
    });
    expect(await calibre([...call, '--resume'])).toMatchObject({ code: 0 });
  });

  test('Ctrl-C ends training within two seconds and says what was saved', async () => {
    const call = [
      'train',
      'pbr',
      passages,
      '--out',
      path('stopped'),
      '--size',
      'tiny',
      '--steps',
      '100000',
    ];
    const ended = await calibre([...call, '--set', 'tokensPerBatch=400'], {
      interruptAt: /training \d/,
    });
    expect(ended.code).toBe(1);
    expect(ended.milliseconds).toBeLessThan(2500);
    expect(ended.stderr).toMatch(
      /\nstopped: (.*stopped\.training holds the state after step \d+; go on with --resume|nothing was written)\n$/,
    );
    expect(existsSync(path('stopped'))).toBe(false);
  });
});

/** A copy of the checkpoint whose safetensors header was edited. */
function damaged(
  name: string,
  edit: (header: Record<string, { shape: number[] }>) => void,
): string {
  const folder = path(name);
  cpSync(recovery, folder, { recursive: true });
  const place = join(folder, 'model.safetensors');
  const bytes = readFileSync(place);
  const length = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
  edit(header);
  const text = Buffer.from(JSON.stringify(header).padEnd(length));
  writeFileSync(place, Buffer.concat([bytes.subarray(0, 8), text, bytes.subarray(8 + length)]));
  return folder;
}

describe('bad input ends with 1 and a message that names it', { timeout: patience }, () => {
  const tensor = 'bert.embeddings.position_embeddings.weight';
  const calibrateWith = (folder: string) =>
    calibre(['calibrate', folder, gold, '--base', base, '--out', path('never')]);

  test('a checkpoint that lacks a tensor', async () => {
    const folder = damaged('lacking', (header) => {
      const name =
        Object.keys(header).find((key) => key.endsWith('position_embeddings.weight')) ?? tensor;
      header[`${name.slice(0, -1)}X`] = header[name] as { shape: number[] };
      delete header[name];
    });
    const { code, stderr } = await calibrateWith(folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/position_embeddings\.weight/);
    expect(stderr).not.toMatch(/\n +at /);
  });

  test('a checkpoint with a tensor of another shape', async () => {
    const folder = damaged('misshapen', (header) => {
      const name =
        Object.keys(header).find((key) => key.endsWith('position_embeddings.weight')) ?? tensor;
      header[name]?.shape.reverse();
    });
    const { code, stderr } = await calibrateWith(folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/position_embeddings\.weight must be \[512,128\].*got \[128,512\]/);
  });

  test('a folder that is no checkpoint', async () => {
    const { code, stderr } = await calibrateWith(sample);
    expect(code).toBe(1);
    expect(stderr).toMatch(/sample.*must be.*got none/);
  });

  const extract = (dump: string) =>
    calibre(['extract', dump, '--language', 'nl', '--out', path('out.jsonl')]);

  test('a truncated dump: the whole pages are kept, the place is told', async () => {
    const whole = readFileSync(`${sample}en.xml.bz2`);
    const { code, stdout, stderr } = await extract(
      file('cut.xml.bz2', whole.subarray(0, whole.length * 0.6)),
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/out\.jsonl: \d+ of \d+ passages found/);
    expect(stderr).toMatch(/cut\.xml\.bz2, byte \d+: .*out\.jsonl holds the rest/);
  });

  test.each([
    ['no dump', 'notes.xml', 'Dear diary', /expected XML/],
    ['an empty file', 'empty.xml', '', /empty file/],
    ['an unknown compression', 'dump.7z', "7z\u00bc\u00af'\u001c", /bzip2, gzip, xz or zstd/],
    ['XML that is no dump', 'page.xml', '<html><body/></html>', /expected <mediawiki>/],
  ])('%s', async (_, name, text, message) => {
    const { code, stdout, stderr } = await extract(file(name, text));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n +at /);
  });

  test('no such dump', async () => {
    expect(await extract(path('none'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/none/),
    });
  });

  test.each([
    [['train', 'pbr', '--out', 'x'], /text|passages must be given/],
    [['train', 'pbr', 'none.jsonl', '--out', path('x')], /none\.jsonl/],
    [['train', 'tagger', gold, '--out', path('x'), '--set', 'speed=9'], /got speed; known are/],
    [['train', 'tagger', gold, '--out', path('x'), '--steps', 'many'], /whole number/],
    [['predict', path('recovery'), gold, '--out', path('x')], /must hold a tagger/],
    [['calibrate', path('recovery'), gold, '--base', base], /required option '--out <file>'/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await calibre(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n +at /);
  });
});

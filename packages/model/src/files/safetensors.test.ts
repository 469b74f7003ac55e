import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { goldenPath } from '../../test/golden.js';
import { generator } from '../../test/random-text.js';
import { openSafetensors, writeSafetensors } from './safetensors.js';
import { headerBytes, parseHeader } from './safetensors-header.js';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A file from its header and its values. */
function fileOf(header: unknown, values: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + json.length + values.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(values, 8 + json.length);
  return bytes;
}

const parse = (bytes: Uint8Array) =>
  parseHeader(bytes.subarray(8, 8 + headerBytes(bytes.subarray(0, 8), bytes.length)), bytes.length);

test('what is written is read back, larger elements first so that all are aligned', async () => {
  const path = join(await temporaryFolder(), 'a.safetensors');
  const tensors = new Map([
    ['flags', { data: new Uint8Array([1, 2, 3]), shape: [3] }],
    ['weight', { data: new Float32Array([1.5, -2, 0, 4]), shape: [2, 2] }],
    ['steps', { data: new BigInt64Array([7n]), shape: [] }],
  ]);
  await writeSafetensors(path, tensors, { metadata: { format: 'pt' } });
  const file = await openSafetensors(path);
  onTestFinished(() => file.close());
  expect([...file.entries.keys()]).toEqual(['steps', 'weight', 'flags']);
  expect((file.entries.get('steps')?.start ?? 1) % 8).toBe(0);
  expect(file.metadata).toEqual({ format: 'pt' });
  for (const [name, tensor] of tensors) expect(await file.read(name)).toEqual(tensor);
});

test('each tensor has a buffer of its own', async () => {
  const file = await openSafetensors(goldenPath('bert-tiny/heads.safetensors'));
  onTestFinished(() => file.close());
  const { data } = await file.read('classifier.bias');
  expect(data.buffer.byteLength).toBe(9 * 4);
});

test('float16 and bfloat16 are widened', async () => {
  const path = join(await temporaryFolder(), 'half.safetensors');
  const header = {
    half: { dtype: 'F16', shape: [4], data_offsets: [0, 8] },
    brain: { dtype: 'BF16', shape: [2], data_offsets: [8, 12] },
  };
  // float16: 1, −2, 2⁻²⁴ (the least), ∞. bfloat16: 1, −0.5.
  const values = new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7c00, 0x3f80, 0xbf00]);
  await writeFile(path, fileOf(header, new Uint8Array(values.buffer)));
  const file = await openSafetensors(path);
  onTestFinished(() => file.close());
  expect((await file.read('half')).data).toEqual(
    new Float32Array([1, -2, 2 ** -24, Number.POSITIVE_INFINITY]),
  );
  expect((await file.read('brain')).data).toEqual(new Float32Array([1, -0.5]));
});

test('a write that fails leaves the old file and nothing beside it', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'a.safetensors');
  await writeFile(path, 'old');
  const wrong = new Map([['w', { data: new Float32Array(3), shape: [2, 2] }]]);
  await expect(writeSafetensors(path, wrong)).rejects.toThrow(
    'w must have 4 values for [2, 2], got 3',
  );
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a.safetensors']);
});

const f32 = (shape: unknown, offsets: unknown) => ({ dtype: 'F32', shape, data_offsets: offsets });

test.each([
  [
    'a file of three bytes',
    new Uint8Array(3),
    'must begin with an 8-byte header length, got 3 bytes',
  ],
  [
    'a header longer than the file',
    new Uint8Array([255, 0, 0, 0, 0, 0, 0, 0]),
    'header must fit 0 bytes, got a length of 255',
  ],
  ['a header of 2 GB', new Uint8Array([0, 0, 0, 128, 0, 0, 0, 0]), 'got a length of 2147483648'],
  ['no JSON', fileOf('{', new Uint8Array()), 'header must be JSON'],
  ['a list', fileOf([], new Uint8Array()), 'header must be a JSON object'],
  [
    'an unknown type',
    fileOf({ w: { ...f32([1], [0, 4]), dtype: 'F12' } }, new Uint8Array(4)),
    'w.dtype must be one of F64,',
  ],
  [
    'a negative size',
    fileOf({ w: f32([-1], [0, 4]) }, new Uint8Array(4)),
    'w.shape must be a list of sizes, got [-1]',
  ],
  [
    'a shape that needs more bytes',
    fileOf({ w: f32([2], [0, 4]) }, new Uint8Array(4)),
    'w must have 8 bytes for F32 [2], got 4',
  ],
  [
    'an overlap',
    fileOf({ a: f32([2], [0, 8]), b: f32([1], [4, 8]) }, new Uint8Array(8)),
    'got b at byte',
  ],
  [
    'a gap',
    fileOf({ a: f32([1], [4, 8]) }, new Uint8Array(8)),
    'without gap or overlap, got a at byte',
  ],
  [
    'values beyond the file',
    fileOf({ a: f32([2], [0, 8]) }, new Uint8Array(4)),
    'values must end with the file',
  ],
  [
    'values after the last tensor',
    fileOf({ a: f32([1], [0, 4]) }, new Uint8Array(8)),
    'values must end with the file',
  ],
  [
    'metadata of another kind',
    fileOf({ __metadata__: { a: 1 } }, new Uint8Array()),
    '__metadata__ must map names to strings',
  ],
])('%s is refused', (_, bytes, message) => {
  expect(() => parse(bytes)).toThrow(message);
});

const rounds = Number(process.env.CALIBRE_FUZZ ?? 2000);

test(`${rounds} damaged headers: each is read or refused with an error of our own`, async () => {
  const random = generator(5);
  const whole = new Uint8Array(await readFile(goldenPath('bert-tiny/heads.safetensors')));
  const headerEnd = 8 + headerBytes(whole.subarray(0, 8), whole.length);
  for (let round = 0; round < rounds; round++) {
    const bytes = whole.slice(
      0,
      random() < 0.1 ? Math.floor(random() * whole.length) : whole.length,
    );
    for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes--) {
      const at = Math.floor(random() * Math.min(headerEnd, bytes.length));
      // Mostly digits, so that the JSON stays JSON and the numbers lie.
      bytes[at] = random() < 0.7 ? 48 + Math.floor(random() * 10) : Math.floor(random() * 256);
    }
    try {
      for (const { start, end, shape } of parse(bytes).entries.values()) {
        expect(shape.every((size) => size >= 0) && start <= end && end <= bytes.length).toBe(true);
      }
    } catch (error) {
      expect((error as Error).message).toMatch(/^safetensors: /);
    }
  }
});

import { expect, test } from 'vitest';
import { crc32c, frame, unframe } from './event-records.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (file: Uint8Array) =>
  [...unframe(file)].map(({ data }) => new TextDecoder().decode(data));

test('CRC-32C has the check value of its definition', () =>
  expect(crc32c(bytes('123456789'))).toBe(0xe3069283));

test('a frame is length, checksum, data, checksum', () => {
  const framed = frame(bytes('ab'));
  expect(framed.length).toBe(8 + 4 + 2 + 4);
  expect([...framed.subarray(0, 8)]).toEqual([2, 0, 0, 0, 0, 0, 0, 0]);
});

test('records are read back up to the first that is cut short or changed', () => {
  const file = Buffer.concat([frame(bytes('one')), frame(bytes('two')), frame(bytes('three'))]);
  expect(texts(file)).toEqual(['one', 'two', 'three']);
  expect(texts(file.subarray(0, -1))).toEqual(['one', 'two']);
  file[frame(bytes('one')).length + 12] = 0;
  expect(texts(file)).toEqual(['one']);
});

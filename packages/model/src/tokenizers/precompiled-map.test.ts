import { readFileSync } from 'node:fs';
import { precompiled } from 'tokenizers';
import { expect, test } from 'vitest';
import { AlignedText } from './aligned-text.js';
import { PrecompiledMap } from './precompiled-map.js';

// Compiled by SentencePiece from four rules: ﬁ → fi, e + U+0301 → é, U+0001 → nothing, no-break space → space.
const compiled = readFileSync(
  new URL('../../test/golden/tokenizers/small.charsmap.txt', import.meta.url),
  'utf8',
);
const map = new PrecompiledMap(compiled);

test('each rule replaces its string and keeps the place', () => {
  const { chars, starts, ends } = map.normalize(AlignedText.of('ﬁe\u0301\u00a0x'));
  expect(chars).toEqual(['f', 'i', 'é', ' ', 'x']);
  expect(starts).toEqual([0, 0, 1, 3, 4]);
  expect(ends).toEqual([1, 1, 2, 4, 5]);
});

test('what is dropped at the beginning does not shift the rest', () => {
  expect(map.normalize(AlignedText.of('\u0001ab'))).toEqual(
    new AlignedText(['a', 'b'], [1, 2], [2, 3]),
  );
});

test('every string of four of these characters is normalised as by the Rust library', () => {
  const rust = precompiled([...Buffer.from(compiled, 'base64')]);
  const alphabet = ['ﬁ', 'e', '\u0301', '\u0001', '\u00a0', ' ', '\u0302', '😀'];
  for (let code = 0; code < alphabet.length ** 4; code++) {
    const text = Array.from(
      { length: 4 },
      (_, at) => alphabet[Math.floor(code / 8 ** at) % 8],
    ).join('');
    expect([text, map.normalize(AlignedText.of(text)).toString()]).toEqual([
      text,
      rust.normalizeString(text),
    ]);
  }
});

test('bytes that are no map are refused', () => {
  expect(() => new PrecompiledMap(btoa('abc'))).toThrow('must hold a trie inside its 3 bytes');
});

import { expect, test } from 'vitest';
import { textWords } from './text-words.js';

const split = (text: string) =>
  textWords(text).map(({ charStart, charEnd }) => text.slice(charStart, charEnd));

test.each([
  ["L'arbre, 3.14 %", ['L', "'", 'arbre', ',', '3.14', '%']],
  ['Jean-Pierre U.S.', ['Jean', '-', 'Pierre', 'U', '.', 'S', '.']],
  ['東京都に住む', ['東京', '都', 'に', '住む']],
  ['กรุงเทพมหานคร', ['กรุงเทพมหานคร']],
  ['القاهرة مدينة', ['القاهرة', 'مدينة']],
  ['a👍🏽b', ['a', '👍', '🏽', 'b']],
  [' \t\n', []],
])('%s', (text, words) => expect(split(text)).toEqual(words));

test('offsets are UTF-16 code units', () =>
  expect(textWords('👍 x')).toEqual([
    { charStart: 0, charEnd: 2 },
    { charStart: 3, charEnd: 4 },
  ]));

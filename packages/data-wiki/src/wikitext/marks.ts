/** Character references and magic words in running text. */
import { entityAt } from './entities.js';
import type { Reading } from './reading.js';

const UNDERSCORE = 95;
const MAGIC_WORD = /__[\p{L}\p{M}_]{2,40}?__/uy;

/** Writes what a character reference stands for; -1 where the ampersand is only itself. */
export function entity(page: Reading, i: number): number {
  const found = entityAt(page.text, i);
  if (!found) return -1;
  page.flush(i);
  page.out.write(found.value);
  return found.end;
}

/** Leaves out `__NOTOC__` and its kind, whose letters are capitals or have no case. */
export function magicWord(page: Reading, i: number): number {
  if (page.units[i + 1] !== UNDERSCORE) return -1;
  MAGIC_WORD.lastIndex = i;
  const word = MAGIC_WORD.exec(page.text)?.[0];
  return word === undefined || /\p{Ll}/u.test(word) ? -1 : page.skip(i, i + word.length);
}

/** What begins with `<`: comments, tags that are dropped with their content, tags that style, tags that end a paragraph. */
import { entityAt } from './entities.js';
import type { Reading } from './reading.js';
import { Kind } from './structure.js';
import { BLOCK_TAGS, INLINE_TAGS } from './tags.js';

const SLASH = 47;

/** Renders what begins at `i`; -1 where it is plain text. */
export function tag(page: Reading, i: number, to: number): number {
  const { text, units, out } = page;
  const construct = page.constructAt(i);
  if (construct >= 0) return construction(page, i, construct);
  const nameStart = units[i + 1] === SLASH ? i + 2 : i + 1;
  let nameEnd = nameStart;
  while (isNameUnit(units[nameEnd] as number)) nameEnd++;
  const close = nameEnd === nameStart ? -1 : page.greater.from(nameEnd);
  if (close < 0 || close >= to) return -1;
  const name = text.slice(nameStart, nameEnd).toLowerCase();
  const isBlock = BLOCK_TAGS.has(name);
  if (!isBlock && !INLINE_TAGS.has(name)) return -1;
  page.flush(i);
  if (isBlock) out.endBlock(name === 'li' && nameStart === i + 1 ? 'item' : 'paragraph');
  else if (name === 'br') out.write(' ');
  return close + 1;
}

/** A tag or comment whose content is not wikitext. */
function construction(page: Reading, i: number, construct: number): number {
  switch (page.structures.kinds[construct]) {
    case Kind.Nowiki:
      return nowiki(page, i, construct);
    case Kind.Table:
      page.flush(i);
      page.out.endBlock();
      return page.jump(construct);
    default:
      if (!page.text.startsWith('!--', i + 1)) return page.drop(i, construct);
      page.comments++;
      page.flush(i);
      return page.jump(construct);
  }
}

/** Text in which nothing but character references is read. */
function nowiki(page: Reading, i: number, construct: number): number {
  const { text, out } = page;
  page.flush(i);
  const end = page.endOf(construct);
  const content = text.slice(text.indexOf('>', i) + 1, text.lastIndexOf('</', end));
  for (let at = 0; at < content.length; ) {
    const ampersand = content.indexOf('&', at);
    const entity = ampersand < 0 ? undefined : entityAt(content, ampersand);
    const stop = ampersand < 0 ? content.length : ampersand + (entity ? 0 : 1);
    out.write(content.slice(at, stop) + (entity?.value ?? ''));
    at = entity?.end ?? stop;
  }
  return page.jump(construct);
}

/** A to z, A to Z, 0 to 9. */
const isNameUnit = (code: number): boolean =>
  ((code | 32) >= 97 && (code | 32) <= 122) || (code >= 48 && code <= 57);

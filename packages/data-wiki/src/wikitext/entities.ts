/** Character references of wikitext. */
import { decodeHTMLStrict } from 'entities/decode';
import { detached } from '../units.js';

const REFERENCE = /&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});/y;

/** References decoded before: a page has the same few many times. */
const known = new Map<string, string>();
const MOST_KNOWN = 1000;

/** The reference at `index` and what it stands for; undefined where the ampersand is only itself. */
export function entityAt(
  text: string,
  index: number,
): { readonly end: number; readonly value: string } | undefined {
  REFERENCE.lastIndex = index;
  const reference = REFERENCE.exec(text)?.[0];
  if (reference === undefined) return undefined;
  let value = known.get(reference);
  if (value === undefined) {
    value = decodeHTMLStrict(reference);
    if (known.size < MOST_KNOWN) known.set(detached(reference), value);
  }
  return value === reference ? undefined : { end: index + reference.length, value };
}

/** `text` with its character references decoded once. */
export function decodeEntities(text: string): string {
  return decodeHTMLStrict(text);
}

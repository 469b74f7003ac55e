/** What begins with a brace: templates that stand for text, and `-{ … }-`. */
import { templateArguments } from './arguments.js';
import type { Reading } from './reading.js';
import { Kind } from './structure.js';
import { shownVariant } from './variants.js';

const OPEN_BRACE = 123;
/** The longest name that is looked up. */
const MAX_NAME = 78;

/** Renders what begins at `i`; -1 where it is plain text. */
export function braces(page: Reading, i: number): number {
  const construct = page.constructAt(i);
  if (construct >= 0) {
    return page.structures.kinds[construct] === Kind.Template
      ? template(page, i, construct)
      : page.drop(i, construct);
  }
  // Of a run never closed (or the outer braces of a longer run) nothing shows; a brace alone is text.
  const isRun = page.units[i + 1] === OPEN_BRACE || page.units[i - 1] === OPEN_BRACE;
  return isRun ? page.skip(i, i + 1) : -1;
}

function template(page: Reading, i: number, construct: number): number {
  const { text, out, options } = page;
  const nameStart = i + 2;
  if (page.units[nameStart] === OPEN_BRACE || page.isDeep) return page.drop(i, construct);
  const nameEnd = Math.min(nameStart + MAX_NAME, page.endOf(construct) - 2);
  const head = /^[^|{}<[\n]*/.exec(text.slice(nameStart, nameEnd))?.[0] ?? '';
  const pattern = options.templates.find(head);
  if (pattern === undefined) return page.drop(i, construct);
  page.flush(i);
  const { parts, isBlock, functionStart } = pattern;
  const isFunction = functionStart >= 0;
  const from = nameStart + (isFunction ? functionStart : 0);
  const args = templateArguments(page, { construct, from, isFunction });
  for (const part of parts) {
    if (part === '\n') out.endBlock();
    else if (typeof part === 'string') out.write(part);
    else {
      const argument = part === 0 ? args.at(-1) : args[part - 1];
      if (argument) {
        page.cursor = argument.construct;
        page.renderInside(argument.start, argument.end, !isBlock);
      } else out.drop();
    }
  }
  return page.jump(construct);
}

/** Text in several variants of a language; -1 where the dash is only itself. */
export function variant(page: Reading, i: number): number {
  const construct = page.constructAt(i);
  if (construct < 0) return -1;
  page.flush(i);
  const start = i + 2;
  const end = page.endOf(construct) - 2;
  const shown = shownVariant(page.text.slice(start, end), page.options.variant);
  if (shown === undefined) return page.drop(i, construct);
  if ('text' in shown) page.out.write(shown.text);
  else page.renderInside(start + shown.start, end);
  return page.jump(construct);
}

/** What begins with a bracket: links to pages, pictures, links to other sites. */
import { linkHead } from './link-head.js';
import { type LinkTarget, linkTarget, pipeTrick } from './links.js';
import type { Reading } from './reading.js';
import { isSpace } from './spaces.js';

const OPEN_BRACKET = 91;
const URL_START =
  /(?:https?:\/\/|ftps?:\/\/|\/\/|mailto:|news:|irc:\/\/|gopher:\/\/|svn:\/\/|git:\/\/|tel:|urn:)[^\][<>"\s]/iy;
/** Links passed over in search of the end of an external link. */
const MAX_HOPS = 64;

/** Renders what begins at `i`; -1 where it is plain text. */
export function brackets(page: Reading, i: number, to: number): number {
  if (page.units[i + 1] !== OPEN_BRACKET) return externalLink(page, i, to);
  const construct = page.constructAt(i);
  if (construct >= 0 && page.endOf(construct) <= to) return link(page, i, { construct, to });
  // A picture never closed goes with its line; of another link left open the text stays.
  const target = page.text.slice(i + 2, i + 300);
  const colon = target.indexOf(':');
  return colon > 0 && colon < 40 && isFile(page, target)
    ? page.skip(i, page.lineEnd(i, to))
    : page.skip(i, i + 2);
}

function isFile({ options }: Reading, rest: string): boolean {
  const raw = /^[^|\][{}<>\n]*/.exec(rest)?.[0] ?? '';
  return linkTarget(raw, options.language, true).role === 'hidden';
}

function link(
  page: Reading,
  i: number,
  { construct, to }: { construct: number; to: number },
): number {
  const { out, options } = page;
  const end = page.endOf(construct);
  const head = linkHead(page, construct);
  if (!head) return page.skip(i, i + 2);
  const { role, target }: LinkTarget = head.isSimple
    ? { role: 'anchor', target: head.title }
    : linkTarget(head.title, options.language, head.textStart >= 0);
  if (role === 'hidden') return page.drop(i, construct);
  page.flush(prefixStart(page, i));
  const mark = out.openLink();
  page.flush(i);
  const textEnd = end - 2;
  if (head.isSimple && head.textStart < 0) out.writeUnits(page.units, i + 2, textEnd);
  else if (head.textStart < 0) out.write(target);
  else if (isBlank(page.units, head.textStart, textEnd)) out.write(pipeTrick(target));
  else {
    page.cursor = construct + 1;
    page.renderInside(head.textStart, textEnd);
  }
  page.jump(construct);
  const trailing = trailEnd(page, end, to);
  if (trailing > end) out.writeUnits(page.units, end, trailing);
  out.closeLink(mark, role === 'anchor' && head.isPlain ? target : undefined);
  return trailing;
}

function isBlank(units: Uint16Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && isSpace(units[at] as number)) at++;
  return at === to;
}

/** Where the letters before a link begin that belong to it. */
function prefixStart({ text, plainStart, options }: Reading, i: number): number {
  const { prefix } = options.language;
  let start = i;
  if (prefix) while (start > plainStart && prefix.test(text.charAt(start - 1))) start--;
  return start;
}

/** Where the letters behind a link end that belong to it. */
function trailEnd({ text, options }: Reading, end: number, to: number): number {
  const { trail } = options.language;
  if (!trail || end >= to) return end;
  trail.lastIndex = end;
  return trail.test(text) ? Math.min(trail.lastIndex, to) : end;
}

/** `[url label]` shows its label, `[url]` only a number. */
function externalLink(page: Reading, i: number, to: number): number {
  const { text } = page;
  URL_START.lastIndex = i + 1;
  if (!URL_START.test(text)) return -1;
  const close = externalEnd(page, i, to);
  if (close < 0) return -1;
  page.flush(i);
  const label = /[\s<\]"[]/g;
  label.lastIndex = i + 1;
  const urlEnd = label.exec(text)?.index ?? close;
  if (urlEnd < close) page.renderInside(urlEnd, close);
  else page.out.drop();
  return close + 1;
}

/** The bracket that closes an external link on its line, links inside its label passed over. */
function externalEnd(page: Reading, i: number, to: number): number {
  const { starts, ends, nexts } = page.structures;
  const lineEnd = page.lineEnd(i, to);
  let next = page.cursor;
  let from = i;
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    const close = page.bracket.from(from);
    if (close < 0 || close >= lineEnd) return -1;
    while ((starts[next] as number) < from) next++;
    while ((starts[next] as number) < close && (ends[next] as number) <= close) next++;
    if ((starts[next] as number) >= close) return close;
    from = ends[next] as number;
    next = nexts[next] as number;
  }
  return -1;
}

/** What stands inside `[[ … ]]`: where it leads and whether a reader sees it. */

import { isLanguageCode, type Language, Namespace } from '../languages/languages.js';
import { decodeEntities } from './entities.js';

/** How a link shows: not at all, as mere text, or as text that leads to an article (an anchor). */
export type LinkRole = 'hidden' | 'text' | 'anchor';

export interface LinkTarget {
  readonly role: LinkRole;
  /** Title as written, without the colon before it; spaces for underscores, entities and percent codes decoded. */
  readonly target: string;
}

const MEDIA_FILE =
  /\.(?:jpe?g|png|gif|svg|tiff?|webp|xcf|og[gav]|oga|webm|mp3|mp4|mid|wav|flac|pdf|djvu)$/i;

/** What a link to the written title `raw` is in this language; `isPiped` where a text or options follow it. */
export function linkTarget(raw: string, language: Language, isPiped: boolean): LinkTarget {
  const title = normalizeTitle(raw);
  const isColonFirst = title.startsWith(':');
  const target = isColonFirst ? title.slice(1).trimStart() : title;
  const colon = target.indexOf(':');
  if (target === '') return { role: 'text', target };
  if (colon <= 0) return { role: 'anchor', target };
  const prefix = target.slice(0, colon).trimEnd().toLowerCase();
  const namespace = language.namespaces.get(prefix);
  if (isColonFirst) return { role: namespace === undefined ? 'anchor' : 'text', target };
  if (namespace === Namespace.File || namespace === Namespace.Category)
    return { role: 'hidden', target };
  if (namespace !== undefined) return { role: 'text', target };
  if (isLanguageCode(prefix)) return { role: 'hidden', target };
  // A file namespace by a name that nobody told us: options follow the name of a media file.
  if (isPiped && MEDIA_FILE.test(target)) return { role: 'hidden', target };
  return { role: 'anchor', target };
}

/** Marks of direction, which no title keeps. */
const DIRECTIONS = '\u200e\u200f\u202a\u202b\u202c\u202d\u202e';
const DIRECTION_RUN = new RegExp(`[${DIRECTIONS}]+`, 'g');
/** Besides white space, what a title holds that is not as MediaWiki would write it. */
export const UNCLEAN_UNITS = `&%_${DIRECTIONS}`;
const UNCLEAN = new RegExp(`[${UNCLEAN_UNITS}]|[^\\S ]|^ | $| {2}`);

export function normalizeTitle(raw: string): string {
  if (!UNCLEAN.test(raw)) return raw;
  let title = raw;
  if (title.includes('&')) title = decodeEntities(title);
  if (/%[0-9a-fA-F]{2}/.test(title)) title = decodePercent(title);
  return title
    .replaceAll(DIRECTION_RUN, '')
    .replaceAll(/[\s_]+/g, ' ')
    .trim();
}

function decodePercent(title: string): string {
  try {
    return decodeURIComponent(title);
  } catch {
    return title;
  }
}

/** What the pipe trick `[[target|]]` shows: no namespace, and nothing in brackets or after a comma at the end. */
export function pipeTrick(target: string): string {
  const name = target.replace(/^:?[^:]*:/, '');
  return name
    .replace(/ ?[(（][^()（）]*[)）]$/, '')
    .replace(/, .*$/, '')
    .trim();
}

/** A dump's header → what its pages are read by. */
import { type DumpHeader, parseHeader } from '../dump/header.js';
import type { Damage } from '../dump/open.js';

/** What has to be known of a dump before one of its pages can be read. */
export interface Site {
  readonly language: string;
  readonly namespaces: Readonly<Record<string, number>>;
}

/** The language asked for, else the dump's; names of namespaces only from a header that speaks of that language. */
export function siteOf({ language: own, namespaces }: DumpHeader, language = own): Site {
  return {
    language: language ?? 'en',
    namespaces: language === own ? Object.fromEntries(namespaces) : {},
  };
}

/** The header of what came before the first page. Throws where it is none; `damage` may be why. */
export function checkedHeader(header: string, path: string, damage?: Damage): DumpHeader {
  if (!/<mediawiki\b/.test(header)) {
    if (damage) {
      throw new Error(
        `dump: nothing can be read before the first page: ${damage.reason}; fetch the file again: ${path}`,
      );
    }
    throw new Error(
      `dump: expected <mediawiki> before the first page, got ${JSON.stringify(header.slice(0, 40))}: ${path}`,
    );
  }
  return parseHeader(header);
}

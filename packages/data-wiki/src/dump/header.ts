/** A dump's `<mediawiki>` and `<siteinfo>`: language and the names of namespaces. */
import { unescapeXml } from './text.js';

export interface DumpHeader {
  /** Code of the wiki, from its database name (`enwiki` → en, `zh_yuewiki` → zh-yue), else from `xml:lang`. */
  readonly language: string | undefined;
  /** Export schema, such as `0.10`. */
  readonly schema: string | undefined;
  /** Name of a namespace, lower-cased → id. */
  readonly namespaces: ReadonlyMap<string, number>;
}

/** Reads what stands before the first page. */
export function parseHeader(xml: string): DumpHeader {
  const root = /<mediawiki\b[^>]*>/.exec(xml)?.[0] ?? '';
  const namespaces = new Map<string, number>();
  for (const [, id, name] of xml.matchAll(/<namespace key="(-?\d+)"[^>]*>([^<]+)<\/namespace>/g)) {
    namespaces.set(
      unescapeXml(name as string)
        .replaceAll('_', ' ')
        .toLowerCase(),
      Number(id),
    );
  }
  const wiki =
    /<dbname>([a-z0-9_]+?)wiki<\/dbname>/.exec(xml)?.[1] ??
    /<base>https?:\/\/([a-z-]+)\.wikipedia\.org/.exec(xml)?.[1];
  return {
    language: wiki?.replaceAll('_', '-') ?? /xml:lang="([^"]+)"/.exec(root)?.[1],
    schema: /version="([^"]+)"/.exec(root)?.[1],
    namespaces,
  };
}

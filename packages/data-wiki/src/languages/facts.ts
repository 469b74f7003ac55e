/** Facts of languages as they are stored, each upon those of its fallback (as MediaWiki's LocalisationCache merges). */

/** What is stored of a language: only where it differs from its fallback. */
export interface LanguageFacts {
  /** Code of the language it stands on; English where none is given. */
  readonly fallback?: string;
  /**
   * Namespaces and their names, `6 datei|bild;14 +kat`: in place of the fallback's, or with `+` besides them; none where
   * the fallback's are not taken over. Lower-cased, spaces for underscores; without the English names, which are known
   * everywhere.
   */
  readonly namespaces?: string;
  /** Regular expression (flag u) of what is drawn into a link after `]]`; empty where there is none. */
  readonly trail?: string;
  /** Regular expression (flag u) of a character that is drawn into a link before `[[`; empty where there is none. */
  readonly prefix?: string;
  /** Codes that may stand in `-{code:text;…}-`. */
  readonly variants?: readonly string[];
  /** First words of a redirect besides the fallback's. */
  readonly redirects?: readonly string[];
  readonly direction?: 'ltr' | 'rtl';
}

/** All facts of a language; `namespaces`: id → names. */
export interface MergedFacts extends Required<Omit<LanguageFacts, 'fallback' | 'namespaces'>> {
  readonly namespaces: ReadonlyMap<number, readonly string[]>;
}

/** The fallback of all. */
export const ENGLISH: MergedFacts = {
  namespaces: new Map(),
  trail: '[a-z]+',
  prefix: '',
  variants: [],
  redirects: ['#REDIRECT'],
  direction: 'ltr',
};

/** Names that every Wikipedia knows, whatever its language. */
export const ENGLISH_NAMES: Readonly<Record<string, readonly string[]>> = {
  [-2]: ['media'],
  [-1]: ['special'],
  1: ['talk'],
  2: ['user'],
  3: ['user talk'],
  4: ['wikipedia', 'project'],
  5: ['wikipedia talk', 'project talk'],
  6: ['file', 'image'],
  7: ['file talk', 'image talk'],
  8: ['mediawiki'],
  9: ['mediawiki talk'],
  10: ['template'],
  11: ['template talk'],
  12: ['help'],
  13: ['help talk'],
  14: ['category'],
  15: ['category talk'],
  100: ['portal'],
  101: ['portal talk'],
  118: ['draft'],
  119: ['draft talk'],
  710: ['timedtext'],
  711: ['timedtext talk'],
  828: ['module'],
  829: ['module talk'],
  2300: ['gadget'],
  2301: ['gadget talk'],
  2302: ['gadget definition'],
  2303: ['gadget definition talk'],
  2600: ['topic'],
};

/** Puts a language's own facts on those of its fallback. */
export function mergeFacts(fallback: MergedFacts, own: LanguageFacts): MergedFacts {
  return {
    namespaces: mergeNames(fallback.namespaces, own.namespaces),
    trail: own.trail ?? fallback.trail,
    prefix: own.prefix ?? fallback.prefix,
    variants: own.variants ?? fallback.variants,
    redirects: [...fallback.redirects, ...(own.redirects ?? [])],
    direction: own.direction ?? fallback.direction,
  };
}

function mergeNames(fallback: MergedFacts['namespaces'], own = ''): MergedFacts['namespaces'] {
  const merged = new Map(fallback);
  for (const [, id, plus, list] of own.matchAll(/(-?\d+) (\+?)([^;]*)/g)) {
    const names = list ? list.split('|') : [];
    merged.set(Number(id), plus ? [...(merged.get(Number(id)) ?? []), ...names] : names);
  }
  return merged;
}

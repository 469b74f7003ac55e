/** What has to be known of a language to read its Wikipedia: names of namespaces, link trail and prefix, variants. */
import { SUPPLEMENT } from './supplement.js';
import { LANGUAGE_CODES, LANGUAGE_TABLE } from './table.js';

/** A language's facts as data; everything may be missing. Names are lower-cased, with spaces for underscores. */
export interface LanguageFacts {
  /** Namespace id → its names and aliases; the English names are known everywhere. */
  readonly namespaces?: Readonly<Record<string, readonly string[]>>;
  /** Regular expression (flag u) of what is drawn into a link after `]]`; empty where there is none. */
  readonly trail?: string;
  /** Inside of a character class (flag u) of what is drawn into a link before `[[`. */
  readonly prefix?: string;
  /** Codes that may stand in `-{code:text;…}-`. */
  readonly variants?: readonly string[];
  /** First words of a redirect besides `#redirect`. */
  readonly redirects?: readonly string[];
}

/** A language ready for use. */
export interface Language {
  readonly code: string;
  readonly namespaces: ReadonlyMap<string, number>;
  /** Sticky; undefined where nothing is drawn in. */
  readonly trail: RegExp | undefined;
  /** Matches one character; undefined where nothing is drawn in. */
  readonly prefix: RegExp | undefined;
  readonly variants: readonly string[];
  readonly redirect: RegExp;
  readonly direction: 'ltr' | 'rtl';
}

export const Namespace = { Media: -2, Main: 0, File: 6, Category: 14 } as const;

const ENGLISH: Readonly<Record<string, readonly string[]>> = {
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
  828: ['module'],
  829: ['module talk'],
};

/** Without facts of its own a language draws any letters that follow into the link, so that no anchor cuts a word. */
const DEFAULT_TRAIL = '[\\p{L}\\p{M}]+';

const RTL = new Set([
  'ar',
  'arc',
  'ary',
  'arz',
  'azb',
  'ckb',
  'dv',
  'fa',
  'glk',
  'he',
  'ks',
  'lrc',
  'mzn',
  'nqo',
  'pnb',
  'ps',
  'sd',
  'skr',
  'ug',
  'ur',
  'yi',
]);

/** Languages that read another's pages when they have no facts of their own. */
const FALLBACKS: Readonly<Record<string, string>> = {
  arz: 'ar',
  ary: 'ar',
  'be-x-old': 'be-tarask',
  nb: 'no',
  sh: 'sr',
  bs: 'sr',
  hr: 'sr',
  wuu: 'zh',
  gan: 'zh',
  'zh-yue': 'zh',
  yue: 'zh',
  'zh-classical': 'zh',
  lzh: 'zh',
  als: 'de',
  bar: 'de',
};

const languages = new Map<string, Language>();

/**
 * The language of a Wikipedia's code (`en`, `zh-yue`, …). One never seen gets English names and a link trail of any
 * letters; `names` adds what the dump's own header says of its namespaces (lower-cased name → id).
 */
export function languageOf(code: string, names?: ReadonlyMap<string, number>): Language {
  let language = languages.get(code);
  if (!language) {
    language = build(code);
    languages.set(code, language);
  }
  return names
    ? { ...language, namespaces: new Map([...language.namespaces, ...names]) }
    : language;
}

function factsOf(code: string): LanguageFacts {
  const own = { ...SUPPLEMENT[code], ...LANGUAGE_TABLE[code] };
  const fallback = FALLBACKS[code];
  return fallback ? { ...factsOf(fallback), ...own } : own;
}

function build(code: string): Language {
  const facts = factsOf(code);
  const namespaces = new Map<string, number>();
  for (const table of [ENGLISH, facts.namespaces ?? {}]) {
    for (const [id, names] of Object.entries(table))
      for (const name of names) namespaces.set(name.normalize('NFC'), Number(id)); // as in dumps
  }
  const trail = facts.trail ?? DEFAULT_TRAIL;
  const redirects = ['#redirect', ...(facts.redirects ?? [])].map(quote);
  return {
    code,
    namespaces,
    trail: trail === '' ? undefined : new RegExp(trail, 'uy'),
    prefix: facts.prefix ? new RegExp(`[${facts.prefix}]`, 'u') : undefined,
    variants: facts.variants ?? [],
    redirect: new RegExp(`^\\s*(?:${redirects.join('|')})`, 'iu'),
    direction: RTL.has(code) ? 'rtl' : 'ltr',
  };
}

const quote = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether `[[code:Title]]` is a link between languages, shown beside the page and not in its text. */
export const isLanguageCode = (prefix: string): boolean => LANGUAGE_CODES.has(prefix);

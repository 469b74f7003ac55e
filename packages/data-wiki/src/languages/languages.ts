/** What has to be known of a language to read its Wikipedia: names of namespaces, link trail and prefix, variants. */
import { ENGLISH, ENGLISH_NAMES, type MergedFacts, mergeFacts } from './facts.js';
import { LANGUAGE_ALIASES, LANGUAGE_CODES, LANGUAGE_TABLE, WIKI_TABLE } from './table.js';

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

/** A language that MediaWiki does not know draws any letters that follow into the link, so that no anchor cuts a word. */
const UNKNOWN: MergedFacts = { ...ENGLISH, trail: '[\\p{L}\\p{M}]+' };

const languages = new Map<string, Language>();

/**
 * The language of a Wikipedia's code (`en`, `zh-yue`, `zh_yue`, …). One never seen gets English names and a link trail of
 * any letters; `names` adds what the dump's own header says of its namespaces (lower-cased name → id).
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

/** The language's facts on those of its fallbacks. */
function factsOf(code: string): MergedFacts | undefined {
  const own = LANGUAGE_TABLE[code];
  return own && mergeFacts((own.fallback && factsOf(own.fallback)) || ENGLISH, own);
}

function build(code: string): Language {
  const written = code.toLowerCase().replaceAll('_', '-');
  const known = LANGUAGE_ALIASES[written] ?? written;
  const facts = mergeFacts(factsOf(known) ?? UNKNOWN, WIKI_TABLE[known] ?? {});
  const namespaces = new Map<string, number>();
  for (const [id, names] of [...Object.entries(ENGLISH_NAMES), ...facts.namespaces])
    for (const name of names) namespaces.set(name, Number(id));
  return {
    code,
    namespaces,
    trail: facts.trail === '' ? undefined : new RegExp(facts.trail, 'uy'),
    prefix: facts.prefix === '' ? undefined : new RegExp(facts.prefix, 'u'),
    variants: facts.variants,
    redirect: new RegExp(`^\\s*(?:${facts.redirects.map(quote).join('|')})`, 'iu'),
    direction: facts.direction,
  };
}

const quote = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether `[[code:Title]]` is a link between languages, shown beside the page and not in its text. */
export const isLanguageCode = (prefix: string): boolean => LANGUAGE_CODES.has(prefix);

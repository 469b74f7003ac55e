/**
 * Writes src/languages/table.ts from what MediaWiki says of its languages (scripts/mediawiki-languages.php), the siteinfo of
 * wikis (api.php?action=query&meta=siteinfo, one JSON a wiki) and the headers of dumps (names of namespaces only). Prints
 * what the wikis have beside MediaWiki (+) and lack (-). Needs the package built.
 *
 *   node scripts/languages.mjs LANGUAGES.json SITEINFO_FOLDER [DUMP_HEADER.xml …]
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseHeader } from '../dist/dump/header.js';
import { ENGLISH, ENGLISH_NAMES, mergeFacts } from '../dist/languages/facts.js';

const [languagesFile, siteinfoFolder, ...headerFiles] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const without = (list, other) =>
  list.filter((a) => !other.some((b) => a.toLowerCase() === b.toLowerCase()));

// ── Facts as MediaWiki gives them → as they are used here ──

const englishNames = new Set(Object.values(ENGLISH_NAMES).flat());

/** [name, id] pairs → id → names, without English ones and those that hold the project's name or a form of it. */
function namesOf(pairs) {
  const names = new Map();
  for (const [written, id] of pairs) {
    const name = written.replaceAll('_', ' ').toLowerCase().normalize('NFC');
    if (name === '' || /\$|\{\{/.test(name) || englishNames.has(name)) continue;
    if (/[;|+]/.test(name)) throw new Error(`languages: a name holds a sign of the table: ${name}`);
    names.set(id, [...new Set([...(names.get(id) ?? []), name])]);
  }
  return names;
}

const SPACES = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).filter(
  (character) => /\s/.test(character),
);

/** A character class of PCRE → of JavaScript (flag u), without white space, over which no link reaches here. */
function classOf(pcre) {
  const own = pcre.replaceAll(/\\x\{([0-9A-Fa-f]+)\}/g, '\\u{$1}');
  const hasSpace = SPACES.some((space) => new RegExp(own, 'u').test(space));
  return hasSpace ? `(?!\\s)${own}` : own;
}

/** `/^([a-zäöü]+)(.*)$/sDu` → `[a-zäöü]+`; the empty string where the language has none. */
function trailOf(php) {
  const [, pcre, flags] = /^\/\^\((.*)\)\(\.\*\)\$\/([sDu]+)$/.exec(php) ?? [];
  if (pcre === undefined || !(flags.includes('u') || /^[ -~]*$/.test(pcre)))
    throw new Error(`languages: expected a link trail such as /^([a-z]+)(.*)$/sDu, got ${php}`);
  const trail = pcre
    .replaceAll(/\\(['"])/g, '$1')
    .replace(/^(\[[^[\]]*\])\+$/, (_, characters) => `(?:${classOf(characters)})+`)
    .replace(/^\(\?:(\[[^[\]]*\])\)\+$/, '$1+');
  if (SPACES.some((space) => new RegExp(`^(?:${trail})$`, 'u').test(space)))
    throw new Error(`languages: a link trail takes white space in: ${php}`);
  return trail;
}

const factsOf = ({ namespaces, trail, prefix, variants, redirects, direction }) => ({
  namespaces: namesOf(namespaces),
  trail: trailOf(trail),
  prefix: prefix ? classOf(`[${prefix}]`) : '',
  variants: variants.length > 1 ? variants.sort() : [],
  redirects: redirects.filter((word, i) => without([word], redirects.slice(0, i)).length > 0),
  direction,
});

// ── Facts → a row of the table ──

/** Facts as the table has them of a language: no article links to talk pages (odd ids). */
const stored = (facts) => ({
  ...facts,
  namespaces: new Map([...facts.namespaces].filter(([id]) => id < 0 || id % 2 === 0)),
});

/** Names as a row has them, where they differ from the fallback's. */
function namesRow(names, fallback) {
  const row = [];
  for (const id of [...new Set([...names.keys(), ...fallback.keys()])].sort((a, b) => a - b)) {
    const [own, other] = [names.get(id) ?? [], fallback.get(id) ?? []];
    const isMore = other.length > 0 && without(other, own).length === 0;
    const added = isMore ? without(own, other) : own;
    if (!isMore || added.length > 0) row.push(`${id} ${isMore ? '+' : ''}${added.join('|')}`);
  }
  return row.join(';');
}

const comparable = ({ namespaces, redirects, ...others }) => ({
  ...others,
  redirects: redirects.map((word) => word.toLowerCase()).sort(),
  namespaces: [...namespaces]
    .map(([id, names]) => `${id} ${[...names].sort().join('|')}`)
    .filter((names) => !names.endsWith(' '))
    .sort(),
});

/** The row of facts that stand on a fallback's; undefined where they cannot. */
function rowOf(facts, fallback) {
  const row = {};
  const namespaces = namesRow(facts.namespaces, fallback.namespaces);
  if (namespaces !== '') row.namespaces = namespaces;
  for (const key of ['trail', 'prefix', 'variants', 'direction'])
    if (!isDeepStrictEqual(facts[key], fallback[key])) row[key] = facts[key];
  const redirects = without(facts.redirects, fallback.redirects);
  if (redirects.length > 0) row.redirects = redirects;
  const merged = mergeFacts(fallback, row);
  return isDeepStrictEqual(comparable(merged), comparable(facts)) ? row : undefined;
}

// ── Languages ──

const { version, languages, ...input } = read(languagesFile);
const siteinfos = readdirSync(siteinfoFolder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => read(join(siteinfoFolder, file)))
  .map((json) => json.query ?? json)
  .sort((a, b) => (a.general.time < b.general.time ? -1 : 1)); // of two of one wiki the newer counts
const codesOfWikis = new Set(
  siteinfos.flatMap(({ interwikimap }) =>
    interwikimap.filter(({ language }) => language).map(({ prefix }) => prefix),
  ),
);
const mayBeWiki = (code) => !code.includes('-') || codesOfWikis.has(code);
const variants = new Map(
  Object.entries(languages).flatMap(([code, facts]) =>
    facts.variants.slice(1).map((other) => [other, code]),
  ),
);
const aliases = Object.fromEntries(
  [...variants, ...Object.entries(input.aliases)]
    .map(([code, other]) => [code, variants.get(other) ?? other])
    .filter(([code, other]) => code !== other && mayBeWiki(other) && other !== 'en'), // Simple English is another wiki
);
const canonical = (code) => aliases[code] ?? code;
const factsOfLanguages = new Map([['en', ENGLISH]]);
const rows = {};
for (const code of Object.keys(languages)
  .filter((code) => mayBeWiki(code) && canonical(code) === code)
  .sort(
    (a, b) => languages[a].fallbacks.length - languages[b].fallbacks.length || (a < b ? -1 : 1),
  )) {
  const { fallbacks, namespaces, ...others } = languages[code];
  const facts = factsOf({ namespaces: Object.entries(namespaces), ...others });
  const candidates = ['en', ...fallbacks.map(canonical)].flatMap((fallback) => {
    const row =
      factsOfLanguages.has(fallback) &&
      rowOf(stored(facts), stored(factsOfLanguages.get(fallback)));
    return row ? [{ ...(fallback !== 'en' && { fallback }), ...row }] : [];
  });
  const size = (row) => JSON.stringify(row).length;
  rows[code] = candidates.reduce((best, row) => (size(row) < size(best) ? row : best));
  factsOfLanguages.set(code, facts);
}

// ── Wikis, each on its language ──

const wikis = {};
function addWiki(code, facts) {
  const language = factsOfLanguages.get(canonical(code));
  const all = { ...language, ...facts, namespaces: new Map(language.namespaces) };
  const difference = [];
  const compare = (what, own, other) =>
    difference.push(
      ...without(own, other).map((value) => `+${what} ${value}`),
      ...without(other, own).map((value) => `-${what} ${value}`),
    );
  for (const id of new Set([...language.namespaces.keys(), ...facts.namespaces.keys()])) {
    const [own, other] = [facts.namespaces.get(id) ?? [], language.namespaces.get(id) ?? []];
    all.namespaces.set(id, [...without(own, other), ...other]);
    compare(id, own, other);
  }
  all.redirects = [...language.redirects, ...without(facts.redirects ?? [], language.redirects)];
  for (const key of ['trail', 'prefix', 'direction', 'redirects', 'variants'])
    if (key in facts) compare(key, [facts[key]].flat(), [language[key]].flat());
  console.log(`${code}: ${difference.join(', ')}`);
  wikis[canonical(code)] = rowOf(all, stored(language));
}

for (const { general, namespaces, namespacealiases, magicwords, languagevariants } of siteinfos) {
  addWiki(
    general.wikiid.replace(/wiki$/, '').replaceAll('_', '-'),
    factsOf({
      namespaces: [
        ...Object.values(namespaces).map(({ id, name, '*': star }) => [name ?? star, id]),
        ...namespacealiases.map(({ id, alias, '*': star }) => [alias ?? star, id]),
      ],
      trail: general.linktrail,
      prefix: general.linkprefixcharset,
      variants: Object.keys(languagevariants?.[general.lang] ?? {}),
      redirects: magicwords.find(({ name }) => name === 'redirect').aliases,
      direction: general.rtl ? 'rtl' : 'ltr',
    }),
  );
}
for (const file of headerFiles) {
  const { language, namespaces } = parseHeader(readFileSync(file, 'utf8'));
  addWiki(language, { namespaces: namesOf(namespaces) });
}

const literal = (value) => JSON.stringify(value).replaceAll(/"(\w+)":/g, '$1:');
const table = (entries) =>
  Object.entries(entries)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, row]) => `  ${literal({ [code]: row }).slice(1, -1)},\n`)
    .join('');
const versions = siteinfos.map(({ general }) => general.generator.replace(/^MediaWiki /, ''));
writeFileSync(
  new URL('../src/languages/table.ts', import.meta.url),
  `// biome-ignore-all format: data
/**
 * Facts of ${Object.keys(rows).length} languages from MediaWiki ${version}, of ${Object.keys(wikis).length} Wikipedias from their siteinfo (MediaWiki
 * ${[...new Set(versions)].sort().join(', ')}) and headers of dumps. Written by scripts/languages.mjs; do not edit.
 */
import type { LanguageFacts } from './facts.js';

/** Other codes of languages, and the codes of their variants. */
export const LANGUAGE_ALIASES: Readonly<Record<string, string>> = ${literal(aliases)};

/** What MediaWiki knows of each language; of talk pages, to which no article links, no names. */
export const LANGUAGE_TABLE: Readonly<Record<string, LanguageFacts>> = {
${table(rows)}};

/** What a Wikipedia knows besides, by its own settings; names of talk pages too. */
export const WIKI_TABLE: Readonly<Record<string, LanguageFacts>> = {
${table(wikis)}};

/** Prefixes of links to the same page in another language, which a reader does not see in the text. */
export const LANGUAGE_CODES: ReadonlySet<string> = new Set(
  '${[...codesOfWikis].sort().join(' ')}'.split(' '),
);
`,
);

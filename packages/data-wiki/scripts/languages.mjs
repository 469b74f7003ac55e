/**
 * Writes src/languages/table.ts from MediaWiki's siteinfo (api.php?action=query&meta=siteinfo, one JSON a wiki) and from
 * the `<siteinfo>` of dumps (names of namespaces only).
 *
 *   node scripts/languages.mjs SITEINFO_FOLDER [CODE=DUMP_HEADER.xml …]
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...headers] = process.argv.slice(2);
const CANONICAL = new Set([
  'media',
  'special',
  'talk',
  'user',
  'user talk',
  'wikipedia',
  'wikipedia talk',
  'project',
  'project talk',
  'file',
  'file talk',
  'mediawiki',
  'mediawiki talk',
  'template',
  'template talk',
  'help',
  'help talk',
  'category',
  'category talk',
  'portal',
  'portal talk',
  'module',
  'module talk',
  'image',
  'image talk',
  'gadget',
  'gadget talk',
  'gadget definition',
  'gadget definition talk',
  'topic',
  'timedtext',
  'timedtext talk',
  'draft',
  'draft talk',
]);

const table = {};
const languageCodes = new Set();

/** `/^([a-zäöü]+)(.*)$/sDu` → `[a-zäöü]+`, the empty string where the language has none. */
const trailOf = (php) =>
  (/^\/\^\((.*)\)\(\.\*\)\$\/[a-zA-Z]*$/.exec(php ?? '')?.[1] ?? '').replaceAll(
    /\\x\{([0-9A-Fa-f]+)\}/g,
    '\\u{$1}',
  );

function namesOf(pairs) {
  const names = {};
  for (const [id, name] of pairs) {
    const key = name.replaceAll('_', ' ').toLowerCase();
    if (id === 0 || key === '' || CANONICAL.has(key)) continue;
    names[id] ??= [];
    if (!names[id].includes(key)) names[id].push(key);
  }
  return names;
}

for (const file of readdirSync(folder).sort()) {
  const code =
    /-siteinfo-(.*)\.json$/.exec(file)?.[1] ?? /^parsoid-(.*)wiki\.json$/.exec(file)?.[1];
  if (!code) continue;
  const json = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const { general, namespaces, namespacealiases, magicwords, interwikimap, languagevariants } =
    json.query ?? json;
  for (const { prefix, language } of interwikimap) if (language) languageCodes.add(prefix);
  const variants = Object.keys(languagevariants?.[general.lang] ?? {});
  const prefix = general.linkprefixcharset?.replaceAll(/\\x\{([0-9A-Fa-f]+)\}/g, '\\u{$1}');
  table[code] = {
    namespaces: namesOf([
      ...Object.values(namespaces).map(({ id, name, '*': star }) => [id, name ?? star]),
      ...namespacealiases.map(({ id, alias, '*': star }) => [id, alias ?? star]),
    ]),
    trail: trailOf(general.linktrail),
    ...(prefix && { prefix }),
    ...(variants.length > 1 && { variants }),
    redirects: magicwords
      .find(({ name }) => name === 'redirect')
      .aliases.map((alias) => alias.toLowerCase())
      .filter((alias) => alias !== '#redirect'),
  };
}

for (const header of headers) {
  const [code, path] = header.split('=');
  const xml = readFileSync(path, 'utf8');
  const pairs = [...xml.matchAll(/<namespace key="(-?\d+)"[^>]*>([^<]+)</g)].map(([, id, name]) => [
    +id,
    name,
  ]);
  table[code] ??= { namespaces: namesOf(pairs), redirects: [] };
}

const row = ([code, value]) => `  ${JSON.stringify(code)}: ${JSON.stringify(value)},\n`;
writeFileSync(
  new URL('../src/languages/table.ts', import.meta.url),
  `// Written by scripts/languages.mjs from MediaWiki's siteinfo; do not edit.
import type { LanguageFacts } from './languages.js';

// biome-ignore-all format: data
/** Facts of each Wikipedia whose siteinfo was at hand; English names of namespaces, known everywhere, are left out. */
export const LANGUAGE_TABLE: Readonly<Record<string, LanguageFacts>> = {
${Object.entries(table).sort().map(row).join('')}};

/** Prefixes of links to the same page in another language, which a reader does not see in the text. */
export const LANGUAGE_CODES: ReadonlySet<string> = new Set(${JSON.stringify([...languageCodes].sort().join(' '))}.split(' '));
`,
);

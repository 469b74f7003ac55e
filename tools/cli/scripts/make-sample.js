/**
 * Cuts the demo's sample out of real dumps: whole pages, one `.xml.bz2` a language, and SOURCES.md.
 * Needs the programs bzip2 and bzcat. Call: node tools/cli/scripts/make-sample.js FOLDER_OF_DUMPS
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { languages } from './sample-pages.js';

const dumps = process.argv[2];
if (dumps === undefined) throw new Error('make-sample: name the folder of dumps, got nothing');
const sample = new URL('../sample/', import.meta.url).pathname;

/** Standard output of a program; a truncated dump makes bzcat fail after all whole blocks, which is all we need. */
function run(program, args, input) {
  const { stdout, error } = spawnSync(program, args, { input, maxBuffer: 2 ** 30 });
  if (error) throw error;
  return stdout;
}

const textOf = (page, tag) => new RegExp(`<${tag}>(.*?)</${tag}>`).exec(page)?.[1] ?? '';
const revisionOf = (page) => textOf(page.slice(page.indexOf('<revision>')), 'id');
const languageOf = (dump) => /xml:lang="(.*?)"/.exec(dump)?.[1];

/** The dump's own header where it tells the truth; the minidumps all claim to be English. */
function headerOf(dump, language) {
  if (languageOf(dump) === language) return dump.slice(0, dump.indexOf('</siteinfo>') + 11);
  return `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" version="0.10" xml:lang="${language}">`;
}

function cut(language, { dumps: names, titles }) {
  const texts = names.map((name) => run('bzcat', [join(dumps, name)]).toString('utf8'));
  const pages = new Map();
  for (const [page] of texts.flatMap((text) => [...text.matchAll(/<page>[\s\S]*?<\/page>/g)])) {
    const title = textOf(page, 'title');
    if (titles.includes(title) && !pages.has(title)) pages.set(title, page);
  }
  const missing = titles.filter((title) => !pages.has(title));
  if (missing.length > 0) throw new Error(`make-sample: ${language} lacks ${missing.join(', ')}`);
  const header = headerOf(texts[0], language);
  const xml = `${header}\n${titles.map((title) => `  ${pages.get(title)}\n`).join('')}</mediawiki>\n`;
  writeFileSync(join(sample, `${language}.xml.bz2`), run('bzip2', ['-9'], xml));
  return titles.map((title) => {
    const revision = revisionOf(pages.get(title));
    const url = `https://${language}.wikipedia.org/w/index.php?oldid=${revision}`;
    return `| ${language} | [${title}](${url}) | ${revision} | ${textOf(pages.get(title), 'timestamp')} |`;
  });
}

rmSync(sample, { recursive: true, force: true });
mkdirSync(sample);
const rows = Object.entries(languages).flatMap(([language, choice]) => cut(language, choice));
writeFileSync(
  join(sample, 'SOURCES.md'),
  `# Where the sample comes from

Whole pages of Wikipedia, cut out of database dumps and otherwise unchanged. Their authors are named in each page's history,
which the link shows. The text is licensed under [CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/) (revisions
before June 2023 under [CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/)); what you make of it, you share alike.

To make it again from dumps that hold these pages: \`node tools/cli/scripts/make-sample.js FOLDER_OF_DUMPS\`; the pages are chosen in
\`tools/cli/scripts/sample-pages.js\`.

| language | page | revision | of |
|---|---|---|---|
${rows.join('\n')}
`,
);

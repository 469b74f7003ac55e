/**
 * Writes, for each article of dumps, its wikitext and the (target, text) pairs of links that the renderer finds in it,
 * as JSON lines for `oracle.py`. Templates that stand for text are off, since the oracle knows none.
 *
 *   node scripts/oracle.mjs DUMP=LANGUAGE… | python scripts/oracle.py SITEINFO_FOLDER
 */
import { decompress, findDumps, readFrom, toUtf8 } from '../dist/dump/open.js';
import { PageCutter, readPage } from '../dist/dump/pages.js';
import { languageOf } from '../dist/languages/languages.js';
import { Renderer } from '../dist/wikitext/render.js';
import { Templates } from '../dist/wikitext/templates.js';
import { Wikitext } from '../dist/wikitext/wikitext.js';

for (const argument of process.argv.slice(2)) {
  const [path, code] = argument.split('=');
  const language = languageOf(code);
  const site = {
    namespaces: Object.fromEntries(language.namespaces),
    trail: language.trail?.source ?? '',
  };
  const renderer = new Renderer({ language, templates: new Templates(new Map()) });
  const source = new Wikitext();
  const [{ compression }] = await findDumps([path]);
  const cutter = new PageCutter();
  for await (const chunk of toUtf8(
    decompress(readFrom(path), { path, compression, onDamage: () => {} }),
  )) {
    if (!chunk) continue;
    for (const { bytes } of cutter.push(chunk)) {
      const page = readPage(bytes);
      if (page.isRedirect || page.namespace > 0 || page.model !== 'wikitext') continue;
      page.readText(source);
      const wikitext = source.text;
      if (language.redirect.test(wikitext)) continue;
      const { text, blocks, links } = renderer.renderPage(source);
      const pairs = blocks.flatMap(({ kind, linkStart, linkEnd }) =>
        links
          .slice(linkStart, linkEnd)
          .map(({ charStart, charEnd, target }) => [target, text.slice(charStart, charEnd), kind]),
      );
      process.stdout.write(
        `${JSON.stringify({ code, title: page.title, wikitext, pairs, site })}\n`,
      );
    }
  }
}

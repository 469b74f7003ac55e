/** A page's blocks as strings, each link by its place in its block. */
import { type CutOptions, Cutter, noCuts } from '../src/cut.js';
import { languageOf } from '../src/languages/languages.js';
import type { Block, Link, RenderedPage } from '../src/wikitext/blocks.js';
import { Renderer } from '../src/wikitext/render.js';
import { templatesOf } from '../src/wikitext/templates.js';
import { Wikitext } from '../src/wikitext/wikitext.js';

export interface ShownBlock {
  readonly kind: Block['kind'];
  readonly text: string;
  readonly links: readonly Link[];
}

export function renderPage(wikitext: string, code = 'en', variant?: string): RenderedPage {
  const options = { language: languageOf(code), templates: templatesOf(code), variant };
  return new Renderer(options).renderPage(Wikitext.of(wikitext));
}

export function renderBlocks(wikitext: string, code?: string, variant?: string): ShownBlock[] {
  const { text, blocks, links } = renderPage(wikitext, code, variant);
  return blocks.map(({ kind, charStart: start, charEnd, linkStart, linkEnd }) => ({
    kind,
    text: text.slice(start, charEnd),
    links: links.slice(linkStart, linkEnd).map((link) => ({
      ...link,
      charStart: link.charStart - start,
      charEnd: link.charEnd - start,
    })),
  }));
}

/** The passages of a page and what was left out. */
export function cutPage(page: RenderedPage, options: CutOptions) {
  const counts = noCuts();
  return { cuts: new Cutter(options, counts).cut(page), counts };
}

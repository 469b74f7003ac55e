/** One page of a dump → its passages, and what was left out and why. */
import { type CutCounts, Cutter, noCuts } from '../cut.js';
import { type Page, readPage } from '../dump/pages.js';
import { hasDisambiguationTemplate, isDisambiguationTitle } from '../languages/disambiguation.js';
import { type Language, languageOf } from '../languages/languages.js';
import type { ExtractionRules } from '../options.js';
import type { Draft } from '../passage.js';
import type { RenderedPage } from '../wikitext/blocks.js';
import { Renderer } from '../wikitext/render.js';
import { templatesOf } from '../wikitext/templates.js';
import { Wikitext } from '../wikitext/wikitext.js';

/** Pages read, and pages skipped by reason. */
export interface PageCounts {
  read: number;
  otherNamespace: number;
  redirects: number;
  otherModel: number;
  filtered: number;
  disambiguations: number;
  listPages: number;
}

/** What came of the pages so far. */
export interface Counts extends CutCounts {
  readonly pages: PageCounts;
  passages: number;
  words: number;
  anchors: number;
}

export const noCounts = (): Counts => ({
  pages: {
    read: 0,
    otherNamespace: 0,
    redirects: 0,
    otherModel: 0,
    filtered: 0,
    disambiguations: 0,
    listPages: 0,
  },
  passages: 0,
  words: 0,
  anchors: 0,
  ...noCuts(),
});

/** Adds `more` to `counts`. */
export function addCounts<T extends object>(counts: T, more: T): void {
  const to = counts as Record<string, unknown>;
  for (const [key, value] of Object.entries(more)) {
    if (typeof value === 'object') addCounts(to[key] as object, value);
    else to[key] = (to[key] as number) + value;
  }
}

/** Turns pages into passages by fixed rules, and counts them. */
export class PageReader {
  private counts = noCounts();
  private readonly language: Language;
  private readonly namespaces: ReadonlySet<number>;
  private readonly ids: ReadonlySet<number> | undefined;
  private readonly title: RegExp | undefined;
  private readonly renderer: Renderer;
  private readonly cutter: Cutter;
  private readonly wikitext = new Wikitext();

  constructor(
    private readonly rules: ExtractionRules,
    { language, names }: { language: string; names?: ReadonlyMap<string, number> | undefined },
  ) {
    this.language = languageOf(language, names);
    this.renderer = new Renderer({
      language: this.language,
      templates: templatesOf(language, rules.templates),
      variant: rules.variant,
    });
    this.cutter = new Cutter(rules, this.counts);
    this.namespaces = new Set(rules.namespaces);
    this.ids = rules.pageIds && new Set(rules.pageIds);
    this.title = rules.titlePattern === undefined ? undefined : new RegExp(rules.titlePattern, 'u');
  }

  /** Counts from nothing again: gives what grows with each page from now on. */
  restart(): Counts {
    this.counts = noCounts();
    this.cutter.counts = this.counts;
    return this.counts;
  }

  /** The passages of the page whose bytes, from `<page>` to `</page>`, these are. */
  passages(bytes: Buffer): Draft[] {
    const { counts, rules, language } = this;
    const page = readPage(bytes);
    counts.pages.read++;
    const skipped = this.skip(page);
    if (skipped) {
      counts.pages[skipped]++;
      return [];
    }
    const { wikitext } = this;
    page.readText(wikitext);
    if (language.redirect.test(wikitext.slice(0, REDIRECT_HEAD))) {
      counts.pages.redirects++;
      return [];
    }
    if (!rules.disambiguations && isDisambiguation(wikitext, page.title)) {
      counts.pages.disambiguations++;
      return [];
    }
    const rendered = this.renderer.renderPage(wikitext);
    if (!rules.listPages && isListPage(rendered)) {
      counts.pages.listPages++;
      return [];
    }
    const cuts = this.cutter.cut(rendered).slice(0, rules.passagesPerPage);
    return cuts.map((cut) => {
      counts.passages++;
      counts.words += cut.words.end - cut.words.start;
      counts.anchors += cut.anchors.length;
      return { language: language.code, pageId: page.id, title: page.title, ...cut };
    });
  }

  private skip(page: Page): keyof PageCounts | undefined {
    const { rules } = this;
    if (!this.namespaces.has(this.namespaceOf(page))) return 'otherNamespace';
    if (page.isRedirect) return 'redirects';
    if (page.model !== 'wikitext') return 'otherModel';
    const isWanted =
      (this.ids?.has(page.id) ?? true) &&
      (this.title?.test(page.title) ?? true) &&
      page.byteLength >= rules.minBytes &&
      page.byteLength <= rules.maxBytes &&
      (rules.since === undefined || page.timestamp >= rules.since) &&
      (rules.until === undefined || page.timestamp < rules.until);
    return isWanted ? undefined : 'filtered';
  }

  /** Schemas before 0.6 do not say the namespace; the title does. */
  private namespaceOf({ namespace, title }: Page): number {
    if (!Number.isNaN(namespace)) return namespace;
    const colon = title.indexOf(':');
    return colon <= 0
      ? 0
      : (this.language.namespaces.get(title.slice(0, colon).toLowerCase()) ?? 0);
  }
}

/** Characters at a page's beginning in which the word for a redirect is sought. */
const REDIRECT_HEAD = 200;
/** Characters of wikitext; above it a page is an article whatever templates it names. */
const LONGEST_DISAMBIGUATION = 20_000;

function isDisambiguation(wikitext: Wikitext, title: string): boolean {
  return (
    isDisambiguationTitle(title) ||
    (wikitext.length < LONGEST_DISAMBIGUATION && hasDisambiguationTemplate(wikitext.text))
  );
}

/** Whether at least four in five characters of a page of some length are in list items. */
function isListPage({ blocks }: RenderedPage): boolean {
  let [items, all] = [0, 0];
  for (const { kind, charStart, charEnd } of blocks) {
    all += charEnd - charStart;
    if (kind === 'item') items += charEnd - charStart;
  }
  return all > 500 && items > 0.8 * all;
}

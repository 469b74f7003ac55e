/** Options of extraction; plain data, so that they travel to worker threads and other machines. */
import type { CutOptions } from './cut.js';
import type { TemplateTable } from './wikitext/templates.js';

/** Which pages are read. */
export interface PageFilter {
  /** Namespaces kept; articles are 0. */
  readonly namespaces: readonly number[];
  /** Keep pages that list the meanings of a title. */
  readonly disambiguations: boolean;
  /** Keep pages whose text is mostly list items. */
  readonly listPages: boolean;
  /** Regular expression (flag u) that the title must match. */
  readonly titlePattern?: string | undefined;
  /** Ids of the only pages wanted. */
  readonly pageIds?: readonly number[] | undefined;
  /** Bounds of the wikitext's size in bytes, both inclusive. */
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Bounds of the newest revision's time (ISO 8601, compared as text), `since` inclusive and `until` exclusive. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Everything that decides which passages come out of a dump. */
export interface ExtractionRules extends CutOptions, PageFilter {
  /** Code of the dump's language (`en`, `zh-yue`); the dump's own where it is not given. */
  readonly language?: string | undefined;
  /** Which variant of `-{code:text;…}-` to show, such as `zh-hant`; the first listed where it is not given. */
  readonly variant?: string | undefined;
  /** More templates that stand for text (`{ name: 'pattern with $1' }`, see `templatesOf`). */
  readonly templates: TemplateTable;
  /** Most passages of one page, the first ones; unbounded as in the paper. */
  readonly passagesPerPage: number;
  /** Most anchors that lead to one target in everything extracted; unbounded as in the paper. */
  readonly anchorsPerTarget: number;
  /** Take only this many passages, each equally likely; all where it is not given. */
  readonly sample?: number | undefined;
  /** Decides the sample. */
  readonly seed: number;
}

/** The paper's values (3.2.1); what it does not bound is unbounded. */
export const DEFAULT_RULES: ExtractionRules = {
  minWords: 50, // paper 3.2.1
  maxWords: 250, // paper 3.2.1
  minAnchors: 2, // paper 3.2.1
  maxAnchorWords: 8, // paper 3.2.1
  numericAnchors: true,
  lists: true,
  namespaces: [0],
  disambiguations: false,
  listPages: false,
  minBytes: 0,
  maxBytes: Number.POSITIVE_INFINITY,
  templates: {},
  passagesPerPage: Number.POSITIVE_INFINITY,
  anchorsPerTarget: Number.POSITIVE_INFINITY,
  seed: 0,
};

/** The rules without a default: nothing is asked for. */
const OPTIONAL = [
  'language',
  'variant',
  'titlePattern',
  'pageIds',
  'since',
  'until',
  'sample',
] as const;
const NAMES = [...Object.keys(DEFAULT_RULES), ...OPTIONAL] as (keyof ExtractionRules)[];

/** The rules among `given`, defaults filled in. Throws a RangeError where bounds contradict each other. */
export function resolveRules(given: Partial<ExtractionRules> = {}): ExtractionRules {
  const named = NAMES.filter((name) => given[name] !== undefined).map((name) => [
    name,
    given[name],
  ]);
  const all: ExtractionRules = { ...DEFAULT_RULES, ...Object.fromEntries(named) };
  atLeast('minWords', all.minWords, 1);
  atLeast('maxWords', all.maxWords, all.minWords);
  atLeast('minAnchors', all.minAnchors, 0);
  atLeast('maxAnchorWords', all.maxAnchorWords, 1);
  atLeast('passagesPerPage', all.passagesPerPage, 1);
  atLeast('anchorsPerTarget', all.anchorsPerTarget, 1);
  if (all.sample !== undefined) atLeast('sample', all.sample, 1);
  return all;
}

function atLeast(name: string, value: number, least: number): void {
  if (!(value >= least))
    throw new RangeError(`extract: ${name} must be at least ${least}, got ${value}`);
}

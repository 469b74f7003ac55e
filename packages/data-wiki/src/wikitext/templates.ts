/**
 * Templates that stand for text. A reader sees what a template makes; without its source we know that only for those
 * that style, convert or abbreviate what they are given. All others are removed.
 */

import { detached } from '../units.js';

/**
 * Template name (lower-case) → what it shows: `$1`, `$2` … its unnamed arguments, `$last` the last of them, a newline
 * the end of a paragraph, everything else itself.
 */
export type TemplateTable = Readonly<Record<string, string>>;

const same = (pattern: string, names: string): TemplateTable =>
  Object.fromEntries(names.split(' ').map((name) => [name.replaceAll('_', ' '), pattern]));

/** Known in most Wikipedias under these names. */
const COMMON: TemplateTable = {
  ...same(
    '$1',
    'nowrap nobr nobreak nobold noitalic small smaller big larger sc smallcaps abbr sic var mvar mono kbd code em strong s u',
  ),
  ...same(
    '$1',
    'unicode iast script sub sup vanchor visible_anchor ill interlanguage_link illm music val',
  ),
  ...same('$1', 'formatnum: lc: uc: lcfirst: ucfirst:'),
  ...same('$2', 'lang rtl-lang langue'),
  ...same('$last', 'transl transliteration translit'),
  ...same('\n$1\n', 'quote cquote blockquote quotation rquote poemquote'),
  ...same('$1 $2', 'convert cvt unit'),
  ...same('–', 'ndash en_dash endash'),
  ...same(' – ', 'spaced_ndash snd spnd dash'),
  ...same('—', 'mdash em_dash emdash'),
  ...same(' ', 'nbsp space thinsp'),
  ...same('·', '· middot'),
  ...same(' · ', '•'),
  ...same("'", "' apostrophe"),
  ...same('c. $1', 'c. circa'),
  "'s": "'s",
  okina: 'ʻ',
  hamza: 'ʾ',
  ayin: 'ʿ',
  sharp: '♯',
  '=': '=',
  ca: 'ca. $1',
  'as of': 'As of $1',
  frac: '$1⁄$2',
  angbr: '⟨$1⟩',
  bracket: '[$1]',
};

/** In French, templates named after what they show: `{{2e}}`, `{{XIXe siècle}}`. */
const FRENCH_ORDINALS = ['1er', '1re', ...Array.from({ length: 29 }, (_, i) => `${i + 2}e`)];
const CENTURIES = 'II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI'.split(
  ' ',
);

const BY_LANGUAGE: Readonly<Record<string, TemplateTable>> = {
  de: { '"': '„$1“', zitat: '\n$1\n' },
  es: { ...same('$1', 'esd versalita'), unidad: '$1 $2', siglo: 'siglo $1', cita: '«$1»' },
  fr: {
    ...same('$1 $2', 'unité nombre nb'),
    ...same('$1e siècle', 's sp-'),
    ...same('$1 $2 $3', 'date date-'),
    lien: '$1',
    's-': '$1e',
    '-s': '$1e siècle av. J.-C.',
    'av jc': 'av. J.-C.',
    ...Object.fromEntries(FRENCH_ORDINALS.map((name) => [name, `${name} $1`])),
    ...Object.fromEntries(CENTURIES.map((c) => [`${c.toLowerCase()}e siècle`, `${c}e siècle`])),
    ier: 'Ier',
    'ier siècle': 'Ier siècle',
    'n°': 'nº',
    citation: '« $1 »',
    'citation bloc': '\n$1\n',
  },
  it: { m: '$1', unità: '$1 $2', citazione: '\n$1\n' },
  ja: {
    ...same(
      '$1',
      '仮リンク ruby ルビ jis2004フォント jis90フォント 補助漢字フォント cjk拡張漢字 要出典範囲 要検証範囲 縦書き',
    ),
    ...same('$1（$2）', '読み仮名 読み仮名_ruby不使用 ふりがな'),
    和暦: '$1年',
  },
  nl: { aut: '$1', citaat: '\n$1\n' },
  pt: { fmtn: '$1 $2', ac: 'a.C.', dc: 'd.C.', séc: 'século $1' },
  ru: { ...same('$1', 's нп нп5 не_переведено не_переведено_5 нет_ударения') },
  vi: { 'liên kết ngôn ngữ': '$1' },
  zh: { ...same('$1', 'link-en link-ja link-de link-fr le 僻字 ruby'), tsl: '$3' },
};

const USED_TWICE = /(\$(?:\d|last))[\s\S]*\1(?!\d)/;

/** What a template shows, in parts: text, or the number of the argument to show (0 is the last one). */
export interface TemplatePattern {
  readonly parts: readonly (string | number)[];
  /** Whether it stands in paragraphs of its own. */
  readonly isBlock: boolean;
  /** Where the first argument of a parser function starts in what it was found by; -1 where it is none. */
  readonly functionStart: number;
}

const MOST_KNOWN = 10_000;

/** The templates that stand for text in a language. */
export class Templates {
  /** Found before: a page has the same few many times. */
  private readonly known = new Map<string, TemplatePattern | undefined>();

  constructor(private readonly patterns: ReadonlyMap<string, string>) {}

  /** The pattern of a template whose beginning, up to its first argument, is `head`; undefined where it is removed. */
  find(head: string): TemplatePattern | undefined {
    if (this.known.has(head)) return this.known.get(head);
    const found = this.look(head);
    if (this.known.size < MOST_KNOWN) this.known.set(detached(head), found);
    return found;
  }

  private look(head: string): TemplatePattern | undefined {
    const name = head.replaceAll('_', ' ').trim().toLowerCase();
    const own = this.patterns.get(name);
    const pattern = own ?? this.patterns.get(name.slice(0, name.indexOf(':') + 1));
    if (pattern === undefined) return undefined;
    const parts = pattern
      .split(/(\$(?:\d|last))/)
      .filter((part) => part !== '')
      .map((part) => (part === '$last' ? 0 : /^\$\d$/.test(part) ? Number(part.slice(1)) : part));
    const functionStart = own === undefined ? head.indexOf(':') + 1 : -1;
    return { parts, isBlock: pattern.includes('\n'), functionStart };
  }
}

/** The templates that stand for text in this language; `extra` adds or replaces (`{ name: pattern }`). */
export function templatesOf(language: string, extra: TemplateTable = {}): Templates {
  const table = new Map(Object.entries({ ...COMMON, ...BY_LANGUAGE[language] }));
  for (const [name, pattern] of Object.entries(extra)) {
    // Nested uses would double the text at every level.
    if (USED_TWICE.test(pattern)) {
      throw new RangeError(
        `templates: an argument may stand once in a pattern, got ${JSON.stringify(pattern)} for ${JSON.stringify(name)}`,
      );
    }
    table.set(name.toLowerCase(), pattern);
  }
  return new Templates(table);
}

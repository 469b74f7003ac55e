/**
 * Templates that stand for text. A reader sees what a template makes; without its source we know that only for those
 * that style, convert or abbreviate what they are given. All others are removed.
 */

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
    'nowrap nobr nobreak nobold noitalic small smaller big larger sc smallcaps abbr sic var mvar mono kbd code em strong strikethrough s u unicode iast script nihongo_text ipa-text sub sup sfrac-text visible_anchor vanchor anchorlink formatnum: lc: uc: lcfirst: ucfirst: ill interlanguage_link illm link-interwiki lien nowrap_begin oldstyledate',
  ),
  ...same('$2', 'lang lang-text langue rtl-lang lang2 script/arabic tooltip-text'),
  ...same('$last', 'transl transliteration translit'),
  ...same('\n$1\n', 'quote cquote blockquote quotation rquote quote_box-text poemquote'),
  ...same('$1 $2', 'convert cvt val-unit unit'),
  ...same('–', 'ndash en_dash endash'),
  ...same(' – ', 'spaced_ndash snd spnd dash'),
  ...same('—', 'mdash em_dash emdash'),
  ...same(' — ', 'spaced_mdash'),
  ...same(' ', 'nbsp nbs space thinsp zwsp-space'),
  ...same('·', '· middot'),
  ...same(' · ', '•'),
  ...same("'", "' apostrophe"),
  ...same('’', 'okina-typographic'),
  "'s": "'s",
  okina: 'ʻ',
  hamza: 'ʾ',
  ayin: 'ʿ',
  sharp: '♯',
  music: '$1',
  '=': '=',
  'c.': 'c. $1',
  circa: 'c. $1',
  ca: 'ca. $1',
  'as of': 'As of $1',
  frac: '$1⁄$2',
  val: '$1',
  angbr: '⟨$1⟩',
  bracket: '[$1]',
  us$: 'US$$$1',
};

const BY_LANGUAGE: Readonly<Record<string, TemplateTable>> = {
  de: { ...same('$2', 'lang'), s: '$1', '"': '„$1“', zitat: '\n$1\n' },
  fr: {
    ...same('$1', 'lien nombre'),
    ...same('$1 $2', 'unité'),
    s: '$1e siècle',
    's-': '$1e',
    'sp-': '$1e siècle',
    date: '$1 $2 $3',
    'date-': '$1 $2 $3',
    citation: '« $1 »',
    '1er': '1er',
    ier: 'er',
    'n°': 'nº',
    'n°s': 'nos',
    'citation bloc': '\n$1\n',
    'av jc': 'av. J.-C.',
    '-s': '$1e siècle av. J.-C.',
  },
  es: {
    ...same('$1 $2', 'unidad'),
    esd: '$1',
    siglo: 'siglo $1',
    cita: '«$1»',
    versalita: '$1',
    nowrap: '$1',
  },
  it: { m: '$1', unità: '$1 $2', citazione: '\n$1\n' },
  ja: {
    ...same(
      '$1',
      '仮リンク jis2004フォント jis90フォント 補助漢字フォント cjk拡張漢字 ruby ルビ 読み仮名_ruby不使用-語 要出典範囲 要検証範囲',
    ),
    読み仮名: '$1（$2）',
    '読み仮名 ruby不使用': '$1（$2）',
    ふりがな: '$1（$2）',
    和暦: '$1年',
    縦書き: '$1',
    'lang-en-short': '英: $1',
  },
  zh: {
    ...same(
      '$1',
      'link-en link-ja link-de link-fr tsl-text internal_link_helper/en le ilh-text 僻字 僻字-text',
    ),
    tsl: '$3',
    ruby: '$1',
  },
  nl: { ...same('$1', 'aut'), citaat: '\n$1\n' },
  ru: {
    ...same('$1', 's comment не_переведено_5-text'),
    'не переведено': '$1',
    'не переведено 5': '$1',
    нп5: '$1',
    нп: '$1',
    'нет ударения': '$1',
    'начало цитаты': '',
    'lang-text': '$1',
    'st.-sl.': '$1',
  },
  vi: { ...same('$1', 'liên_kết_ngôn_ngữ') },
  pt: { quote: '\n$1\n', fmtn: '$1 $2', ac: 'a.C.', dc: 'd.C.', séc: 'século $1' },
};

const USED_TWICE = /(\$(?:\d|last))[\s\S]*\1(?!\d)/;

/** The templates that stand for text in this language; `extra` adds or replaces (`{ name: pattern }`). */
export function templatesOf(
  language: string,
  extra: TemplateTable = {},
): ReadonlyMap<string, string> {
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
  return table;
}

/** A pattern in parts: text, or the argument to show (0 is the last one). */
export function patternParts(pattern: string): readonly (string | number)[] {
  return pattern
    .split(/(\$(?:\d|last))/)
    .filter((part) => part !== '')
    .map((part) => (part === '$last' ? 0 : /^\$\d$/.test(part) ? Number(part.slice(1)) : part));
}

import type { AlignedText } from '../aligned-text.js';
import { alphanumeric, numeric, space } from './moses-classes.js';
import { nonbreakingPrefixes } from './nonbreaking-prefixes.js';
import { applyRewrites, type Rewrite, rewrite } from './rewrite.js';

/**
 * Punctuation normalised as XLM's training data was: Unicode punctuation to ASCII, Moses' `normalize-punctuation`, then
 * everything that does not print dropped.
 */
export function normalizePunctuation(text: AlignedText, language: string): AlignedText {
  const normalized = applyRewrites(text, normalizingRules(language));
  return /\p{C}/u.test(normalized.toString())
    ? normalized.filter((char) => !/\p{C}/u.test(char))
    : normalized;
}

/** The words of normalised text by the rules of the Moses tokenizer: punctuation apart, abbreviations whole. */
export function mosesWords(text: AlignedText, language: string): AlignedText[] {
  const words = spaceSeparated(applyRewrites(text, splittingRules(language)));
  return splitFullStops(words, language)
    .flatMap((word, at, all) => (at === all.length - 1 ? splitStopAndApostrophe(word) : [word]))
    .map((word) =>
      word.chars[0] === dotOfMany ? word.map((char) => (char === dotOfMany ? '.' : char)) : word,
    );
}

/** The stretches between spaces. */
export function spaceSeparated(text: AlignedText): AlignedText[] {
  const words: AlignedText[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !isSpace.test(text.chars[at] as string)) continue;
    if (at > start) words.push(text.slice(start, at));
    start = at + 1;
  }
  return words;
}

const isSpace = new RegExp(`[${space}]`, 'u');

// replace-unicode-punctuation.perl: every character on the right becomes the left.
const unicodePunctuation: readonly Rewrite[] = [
  ...Object.entries({
    ',': '，、',
    '"': '”“《》」「',
    ':': '∶：',
    '?': '？',
    ')': '）',
    '!': '！',
    '(': '（',
    ';': '；',
    '0': '０',
    '1': '１',
    '2': '２',
    '3': '３',
    '4': '４',
    '5': '５',
    '6': '６',
    '7': '７',
    '8': '８',
    '9': '９',
    '~': '～',
    "'": '’',
    '...': '…',
    '-': '━',
    '<': '〈',
    '>': '〉',
    '[': '【',
    ']': '】',
    '%': '％',
  }).map(([ascii, others]) => rewrite(`[${others}]`, ascii)),
  rewrite(`[。．][${space}]*`, '. '),
];

// normalize-punctuation.perl, in its order. _ is a no-break space, D a digit.
const asciiPunctuation: readonly Rewrite[] = (
  [
    ['\\r', ''],
    ['\\(', ' ('],
    ['\\)', ') '],
    [' +', ' '],
    ['\\) ([.!:?;,])', ')$1'],
    ['\\( ', '('],
    [' \\)', ')'],
    ['(D) %', '$1%'],
    [' :', ':'],
    [' ;', ';'],
    ['`', "'"],
    ["''", ' " '],
    ['[„“”]', '"'],
    ['–', '-'],
    ['—', ' - '],
    [' +', ' '],
    ['´', "'"],
    ['([a-zA-Z])‘([a-zA-Z])', "$1'$2"],
    ['([a-zA-Z])’([a-zA-Z])', "$1'$2"],
    ['[‘‚’]', "'"],
    ["''", '"'],
    ['…', '...'],
    ['_«_', '"'],
    ['«_', '"'],
    ['«', '"'],
    ['_»_', '"'],
    ['_»', '"'],
    ['»', '"'],
    ['_%', '%'],
    ['nº_', 'nº '],
    ['_:', ':'],
    ['_ºC', ' ºC'],
    ['_cm', ' cm'],
    ['_([?!;])', '$1'],
    [',_', ', '],
    [' +', ' '],
  ] as const
).map(([pattern, replacement]) =>
  rewrite(pattern.replaceAll('_', '\u00a0').replace('(D)', '(\\p{Nd})'), replacement),
);

// A quotation mark changes places with the comma or full stop beside it.
const germanQuotes = [rewrite('(,)(")', '$2$1'), rewrite(`(\\.+)(")([${space}]*[^<])`, '$2$1$3')];
const quotesBesideStops: Readonly<Record<string, readonly Rewrite[]>> = {
  en: [rewrite('(")([,.]+)', '$2$1')],
  de: germanQuotes,
  es: germanQuotes,
  fr: germanQuotes,
};

// Stands for each of several full stops in a row until words are split. Of private use, so it is not in the text.
const dotOfMany = '\ue000';

// Letters alone: the class less its digits.
const letter = `(?!\\p{Nd})[${alphanumeric}]`;
const notLetter = `[^${alphanumeric}]|\\p{Nd}`;

const apostrophes: Readonly<Record<string, readonly Rewrite[]>> = {
  en: [
    rewrite(`(${notLetter})'(${notLetter})`, "$1 ' $2"),
    rewrite(`((?![${numeric}])(?:${notLetter}))'(${letter})`, "$1 ' $2"),
    rewrite(`(${letter})'(${notLetter})`, "$1 ' $2"),
    rewrite(`(${letter})'(${letter})`, "$1 '$2"),
    rewrite(`([${numeric}])'(s)`, "$1 '$2"),
  ],
  fr: [
    rewrite(`(${notLetter})'(${notLetter})`, "$1 ' $2"),
    rewrite(`(${notLetter})'(${letter})`, "$1 ' $2"),
    rewrite(`(${letter})'(${notLetter})`, "$1 ' $2"),
    rewrite(`(${letter})'(${letter})`, "$1' $2"),
  ],
};

const normalizingRules = byLanguage((language) => [
  ...unicodePunctuation,
  ...asciiPunctuation,
  ...(quotesBesideStops[language] ?? []),
  rewrite(
    '(\\p{Nd})\u00a0(\\p{Nd})',
    ['de', 'es', 'cs', 'fr'].includes(language) ? '$1,$2' : '$1.$2',
  ),
  rewrite(`^[${space}]+|[${space}]+$`, ''),
]);

/** Spaces around what is a word of its own. */
const splittingRules = byLanguage((language) => {
  // Hangul has letters for Korean only; elsewhere each syllable stands alone.
  const letters = language === 'ko' ? `${alphanumeric}\\p{Script_Extensions=Hangul}` : alphanumeric;
  return [
    rewrite(`[${space}]+`, ' '),
    rewrite('^ | $', ''),
    rewrite(`([^${letters}${space}.'\`,\\-])`, ' $1 '),
    rewrite('(?<=\\.)\\.|\\.(?=\\.)', dotOfMany),
    rewrite(`(?<!${dotOfMany})(?=${dotOfMany})|(?<=${dotOfMany})(?!${dotOfMany})`, ' '),
    rewrite(`([^${numeric}]),`, '$1 , '),
    rewrite(`,([^${numeric}])`, ' , $1'),
    rewrite(`([${numeric}]),$`, '$1 , '),
    ...(apostrophes[language] ?? [rewrite("'", " ' ")]),
  ];
});

/** Makes the rules of a language once. */
function byLanguage(
  make: (language: string) => readonly Rewrite[],
): (language: string) => readonly Rewrite[] {
  const made = new Map<string, readonly Rewrite[]>();
  return (language) => {
    const rules = made.get(language) ?? make(language);
    made.set(language, rules);
    return rules;
  };
}

/** Parts the full stop from words that are no abbreviation (by list, by shape, or by what follows). */
function splitFullStops(words: readonly AlignedText[], language: string): AlignedText[] {
  const prefixes = nonbreakingPrefixes[language] ?? nonbreakingPrefixes.en;
  return words.flatMap((word, at) => {
    const text = word.toString();
    if (!text.endsWith('.') || text.length === 1) return [word];
    const prefix = text.slice(0, -1);
    const next = words[at + 1]?.toString() ?? '';
    const kept =
      (prefix.includes('.') && anyLetter.test(prefix)) ||
      prefixes?.has(prefix) ||
      lowercase.test(next) ||
      (prefixes?.has(`${prefix}#`) && /^[0-9]/.test(next));
    return kept ? [word] : [word.slice(0, -1), word.slice(-1)];
  });
}

const anyLetter = new RegExp(letter, 'u');
const lowercase = /^\p{Lowercase}/u;

/** `.'` at the end of a text is two words. */
function splitStopAndApostrophe(word: AlignedText): AlignedText[] {
  if (!word.toString().endsWith(".'")) return [word];
  return [word.slice(0, -2), word.slice(-2, -1), word.slice(-1)].filter(({ length }) => length > 0);
}

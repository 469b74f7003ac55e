/** Answer normalisation of SQuAD and MLQA, character class for character class as Python reads them. Scores nothing. */

export const ANSWER_LANGUAGES = ['en', 'es', 'de', 'ar', 'hi', 'vi', 'zh'] as const;
export type AnswerLanguage = (typeof ANSWER_LANGUAGES)[number];
export type AnswerProtocol = 'mlqa' | 'squad1' | 'squad2';

// Python's str.split(): unlike JavaScript's \s it splits at U+001C–U+001F and U+0085, and not at U+FEFF.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what Python splits at
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

// Python's string.punctuation.
const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/gu;

// Unicode categories P* as of Unicode 14, which the recorded peers have: later versions' additions are taken out by name,
// so that every engine answers alike.
const PUNCTUATION =
  /(?![\u1b4e\u1b4f\u1b7f\u{10d6e}\u{10ed0}\u{113d4}\u{113d5}\u{113d7}\u{113d8}\u{11b00}-\u{11b09}\u{11be1}\u{11f43}-\u{11f4f}\u{16d6d}-\u{16d6f}\u{1e5ff}])\p{P}|[!-/:-@[-`{-~]/gu;

// Python's \b stands between \w and not \w, and its \w is letters, numbers and _ of every script; JavaScript's is ASCII.
const wholeWords = (words: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words})(?![\\p{L}\\p{N}_])`, 'gu');

const ARTICLES: Record<AnswerLanguage, RegExp | null> = {
  en: wholeWords('a|an|the'),
  es: wholeWords('un|una|unos|unas|el|la|los|las'),
  de: wholeWords('ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des'),
  vi: wholeWords('của|là|cái|chiếc|những'),
  ar: /ال/gu, // anywhere: the script's `\sال^` can match nothing
  hi: null,
  zh: null,
};

// The script's own range; each of these characters is a token in Chinese.
const IDEOGRAPH = /[\u4e00-\u9fa5]/gu;

/** Tokens of a text as Python's `str.split()` gives them. */
const splitWords = (text: string): string[] => text.split(SPACES).filter((token) => token !== '');

/**
 * Lower case, no punctuation, no articles, single spaces.
 * `mlqa` knows the punctuation of every script and the articles of `language`, and splits Chinese into characters;
 * `squad1` and `squad2` know ASCII punctuation and English articles, whatever the language.
 * @throws RangeError for `mlqa` with a language it has no rules for
 * @see facebookresearch/MLQA `mlqa_evaluation_v1.py`; SQuAD `evaluate-v1.1.py`, `evaluate-v2.0.py`
 */
export function normalizeAnswer(
  text: string,
  { protocol, language = 'en' }: { protocol: AnswerProtocol; language?: AnswerLanguage },
): string {
  const multilingual = protocol === 'mlqa';
  if (multilingual && !ANSWER_LANGUAGES.includes(language))
    throw new RangeError(
      `normalizeAnswer: MLQA has rules for ${ANSWER_LANGUAGES.join(', ')}, got ${language}; use protocol "squad1" for others`,
    );
  const articles = ARTICLES[multilingual ? language : 'en'];
  let kept = text.toLowerCase().replace(multilingual ? PUNCTUATION : ASCII_PUNCTUATION, '');
  if (articles) kept = kept.replace(articles, ' ');
  if (multilingual && language === 'zh') kept = kept.replace(IDEOGRAPH, ' $& ');
  return splitWords(kept).join(' ');
}

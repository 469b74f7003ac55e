import { space } from './moses-classes.js';

/** XLM's vocabulary, however it was stored. */
export interface XlmVocabulary {
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Pairs in the order in which they merge. */
  readonly merges: readonly (readonly [string, string])[];
  /** The strings of the tokens with a function. */
  readonly special: Readonly<Record<'cls' | 'sep' | 'pad' | 'unk' | 'mask', string>>;
  /** Tokens that are found in text as they stand. */
  readonly addedTokens: readonly string[];
}

/** XLM opens with `<s>` and closes with `</s>`, although its files call the latter cls_token. */
export const xlmSpecial: XlmVocabulary['special'] = {
  cls: '<s>',
  sep: '</s>',
  pad: '<pad>',
  unk: '<unk>',
  mask: '<special1>',
};

/** The tokens that begin every XLM vocabulary. */
export const xlmReserved: readonly string[] = [
  '<s>',
  '</s>',
  '<pad>',
  '<unk>',
  ...Array.from({ length: 10 }, (_, at) => `<special${at}>`),
];

/**
 * The vocabulary file of Facebook's XLM: a word and its count on each line, `@@` where a word goes on. Ids follow the
 * reserved tokens. As its own reader does, lines that do not have two fields (a no-break space parts fields too), repeat a
 * word or hold U+2028 are skipped.
 *
 * @param options.size greatest vocabulary, reserved tokens included (XLM-15: 95,000)
 */
export function parseXlmVocabulary(text: string, { size }: { size: number }): Map<string, number> {
  const vocabulary = new Map(xlmReserved.map((token, id) => [token, id]));
  for (const line of text.split('\n')) {
    if (vocabulary.size >= size) break;
    const [word, count, ...rest] = line.split(anySpace).filter((field) => field !== '');
    if (!word || !count || rest.length > 0 || line.includes('\u2028')) continue;
    const token = word.endsWith('@@') ? word.slice(0, -2) : `${word}</w>`;
    if (!vocabulary.has(token)) vocabulary.set(token, vocabulary.size);
  }
  return vocabulary;
}

const anySpace = new RegExp(`[${space}]+`, 'u');

/** A merges file: a pair on each line, anything after it ignored. */
export function parseMerges(text: string): [string, string][] {
  return text.split('\n').flatMap((line): [string, string][] => {
    const [left, right] = line.trim().split(/ +/);
    return left && right && !line.startsWith('#version') ? [[left, right]] : [];
  });
}

/** The shape of a word: case, digits, punctuation. A hint that an encoder without pretraining cannot get from rare word pieces. */

/** One class each; the index is the row of the word-shape embedding. The order is part of every checkpoint: append only. */
export const wordShapes = [
  'none', // special tokens
  'digits',
  'withDigit',
  'quote',
  'openBracket',
  'closeBracket',
  'dash',
  'fullStop',
  'comma',
  'apostrophe',
  'symbol',
  'capitals',
  'capital', // one letter
  'capitalised',
  'capitalisedMixed',
  'lower',
  'mixed',
  'caseless', // scripts without case
] as const;
export type WordShape = (typeof wordShapes)[number];

const rules: readonly (readonly [RegExp, WordShape])[] = [
  [/^\p{Nd}+$/u, 'digits'],
  [/\p{N}/u, 'withDigit'],
  [/^["“”„«»‟″]+$/u, 'quote'],
  [/^['’‘‛`´]+$/u, 'apostrophe'],
  [/^\p{Ps}+$/u, 'openBracket'],
  [/^\p{Pe}+$/u, 'closeBracket'],
  [/^\p{Pd}+$/u, 'dash'],
  [/^[.。．।۔…]+$/u, 'fullStop'],
  [/^[,،、，]+$/u, 'comma'],
  [/^\P{L}*$/u, 'symbol'],
  [/^\P{L}*[\p{Lu}\p{Lt}]\P{L}*$/u, 'capital'],
  [/^[^\p{Ll}\p{Lo}\p{Lm}]+$/u, 'capitals'],
  [/^\P{L}*[\p{Lu}\p{Lt}][^\p{Lu}\p{Lt}]*$/u, 'capitalised'],
  [/^[\p{Lu}\p{Lt}]/u, 'capitalisedMixed'],
  [/[\p{Lu}\p{Lt}]/u, 'mixed'],
  [/\p{Ll}/u, 'lower'],
];

/** Row of the word-shape embedding for a word. */
export function wordShape(word: string): number {
  const rule = rules.find(([pattern]) => pattern.test(word));
  return wordShapes.indexOf(rule?.[1] ?? 'caseless');
}

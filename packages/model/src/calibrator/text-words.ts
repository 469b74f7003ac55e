/** Running text → words with UTF-16 offsets, in any script, by the rule that Wikipedia passages are split with. */

import type { WordOffsets } from '@calibre/metrics';

// Letters, marks and digits stay together, with joiners between them and points between digits; any other visible character
// is a word of its own.
const letter = String.raw`[\p{L}\p{M}\p{N}_]`;
const joiner = String.raw`[\u00ad\u00b7\u05f3\u05f4\u200c\u200d]`;
const wordPattern = new RegExp(
  String.raw`(?:${letter}|(?<=${letter})${joiner}(?=${letter})|(?<=\p{Nd})[.,](?=\p{Nd}))+|[^\s\p{Cc}\u200b\u200e\u200f\u2060\ufeff]`,
  'gu',
);
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Words in reading order. Scripts without spaces are split by ICU's dictionaries. */
export function textWords(text: string): WordOffsets[] {
  const words: WordOffsets[] = [];
  for (const { 0: run, index } of text.matchAll(wordPattern))
    if (unspaced.test(run))
      for (const { segment, index: inside } of segmenter.segment(run))
        words.push({ charStart: index + inside, charEnd: index + inside + segment.length });
    else words.push({ charStart: index, charEnd: index + run.length });
  return words;
}

import type { WordOffsets } from '../align.js';
import { writeWords } from './write-words.js';

/**
 * The words of `text`, in order, without white space; each character that shows is in exactly one word.
 *
 * A word is a maximal run of letters, marks and digits, with joiners between letters and a point or comma between digits
 * (`3.14`, `1,000`) inside it; every other character is a word of its own, so an apostrophe or a hyphen splits (`l'arbre` →
 * `l ' arbre`). A run with letters of a script without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) is cut by
 * `Intl.Segmenter`, whose dictionaries are the same for every language.
 */
export function splitWords(text: string): WordOffsets[] {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  const offsets = new Int32Array(2 * text.length + 2);
  const count = writeWords(units, { start: 0, end: text.length, offsets, count: 0 });
  const words: WordOffsets[] = [];
  for (let i = 0; i < count; i += 2)
    words.push({ charStart: offsets[i] as number, charEnd: offsets[i + 1] as number });
  return words;
}

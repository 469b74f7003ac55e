/** Byte-level text (GPT-2, RoBERTa): the bytes of UTF-8, each written as a character that prints. */
import { AlignedText } from './aligned-text.js';
import { unknownLetters } from './code-points.js';
import { type Component, setting } from './specification.js';

// Bytes that print in Latin-1 stand for themselves; the others for the characters from U+0100, in order.
const prints = (byte: number) =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
/** What stands for each byte. */
export const byteSigns: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(prints(byte) ? byte : next++),
  );
})();

/** What stands for a space: Ġ. */
export const byteSpace = byteSigns[0x20] as string;

// GPT-2's words: English contractions; letters, digits or other signs with a space before them; white space.
const word =
  /'(?:[stmd]|re|ve|ll)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

const isUnknown = (char: string) => unknownLetters(char.codePointAt(0) as number);
const encoder = new TextEncoder();
const bytesOf = (char: string) =>
  Array.from(encoder.encode(char), (byte) => byteSigns[byte] as string).join('');

/** Splits text into GPT-2's words, written in bytes. */
export function byteLevel(component: Component): (text: AlignedText) => AlignedText[] {
  const prefixed = setting(component, 'add_prefix_space', { kind: 'boolean', ifAbsent: true });
  const splits = setting(component, 'use_regex', { kind: 'boolean', ifAbsent: true });
  return (text) => {
    const spaced = prefixed && text.chars[0] !== ' ' ? afterInsertedSpace(text) : text;
    if (!splits) return [spaced.map(bytesOf)];
    const known = spaced.chars.map((char) => (isUnknown(char) ? '!' : char)).join('');
    let done = 0; // code points
    return Array.from(known.matchAll(word), ([match]) => {
      const start = done;
      done += [...match].length;
      return spaced.slice(start, done).map(bytesOf);
    });
  };
}

/** A space that takes no room in the original, and the text. */
function afterInsertedSpace({ chars, starts, ends }: AlignedText): AlignedText {
  const [start] = starts;
  if (start === undefined) return new AlignedText([], [], []);
  return new AlignedText([' ', ...chars], [start, ...starts], [start, ...ends]);
}

/** The splitter for a word given by itself: it stands after a space. */
export const afterSpace = (component: Component | null): Component | null =>
  component?.type === 'ByteLevel' ? { ...component, add_prefix_space: true } : component;

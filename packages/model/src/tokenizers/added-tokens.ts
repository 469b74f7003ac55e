import type { AddedTokenSpecification } from './specification.js';

/** A stretch of text in UTF-16 offsets: an added token where `id` is given, else text to be tokenised. */
interface Section {
  readonly start: number;
  readonly end: number;
  readonly id?: number;
}

/** Finds added tokens such as [MASK] in text. */
export type AddedTokenFinder = (text: string) => readonly Section[];

/**
 * Cuts text at added tokens, the longest match at each place first. `lstrip` and `rstrip` take the white space beside a
 * token into it; a `single_word` token does not match inside a word.
 *
 * @param contents the string that stands for each token in the text searched
 */
export function createAddedTokenFinder(
  tokens: readonly AddedTokenSpecification[],
  contents: (token: AddedTokenSpecification) => string = ({ content }) => content,
): AddedTokenFinder {
  const byContent = new Map(tokens.map((token) => [contents(token), token]));
  byContent.delete('');
  if (byContent.size === 0) return (text) => (text === '' ? [] : [{ start: 0, end: text.length }]);
  const longestFirst = [...byContent.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapeForPattern).join('|'), 'gu');
  return (text) => {
    const sections: Section[] = [];
    let done = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byContent.get(match[0]) as AddedTokenSpecification;
      let start = match.index;
      let end = start + match[0].length;
      if (start < done) continue;
      if (
        token.single_word &&
        (wordAtEnd.test(text.slice(0, start)) || wordAtStart.test(text.slice(end)))
      ) {
        continue;
      }
      if (token.lstrip) start = Math.max(done, text.slice(0, start).search(spaceAtEnd));
      if (token.rstrip) end += (spaceAtStart.exec(text.slice(end)) as RegExpExecArray)[0].length;
      if (start > done) sections.push({ start: done, end: start });
      sections.push({ start, end, id: token.id });
      done = end;
    }
    if (done < text.length) sections.push({ start: done, end: text.length });
    return sections;
  };
}

const wordAtEnd = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u;
const wordAtStart = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;
const spaceAtEnd = /\p{White_Space}*$/u;
const spaceAtStart = /^\p{White_Space}*/u;

function escapeForPattern(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, (char) => (char === '-' ? '\\x2d' : `\\${char}`));
}

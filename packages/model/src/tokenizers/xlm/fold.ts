import type { AlignedText, Change } from '../aligned-text.js';

/** A word in lower case without accents: lowered, decomposed (NFD), its nonspacing marks dropped, lowered again. */
export function foldWord(word: AlignedText): AlignedText {
  const decomposed = lower(word).map((char) => char.normalize('NFD'));
  return lower(decomposed.filter((char) => !/\p{Mn}/u.test(char)));
}

// As a whole, because a final sigma depends on its neighbours; each character still gives as many as it would alone.
function lower(word: AlignedText): AlignedText {
  const lowered = [...word.toString().toLowerCase()];
  let next = 0;
  return word.transform(
    word.chars.flatMap((char) =>
      [...char.toLowerCase()].map((_, at): Change => [lowered[next++] as string, at === 0 ? 0 : 1]),
    ),
  );
}

/** A seeded corpus of tags for the benchmark of `@calibre/metrics`: entities of 1–3 words on every eighth word, 3 % of tags wrong. */

export interface TaggedCorpus {
  readonly gold: string[][];
  readonly predicted: string[][];
}

const LABELS = ['PER', 'LOC', 'ORG', 'MISC'];

export function* taggedSentences(
  words: number,
): Generator<{ gold: string[]; predicted: string[] }> {
  let state = 1;
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const label = () => LABELS[below(LABELS.length)] ?? 'PER';
  for (let made = 0; made < words; ) {
    const length = Math.min(10 + below(30), words - made);
    made += length;
    const gold: string[] = [];
    while (gold.length < length) {
      if (below(8)) gold.push('O');
      else {
        const name = label();
        gold.push(`B-${name}`);
        for (let more = below(3); more > 0 && gold.length < length; more--) gold.push(`I-${name}`);
      }
    }
    yield { gold, predicted: gold.map((tag) => (below(100) < 3 ? `B-${label()}` : tag)) };
  }
}

export function taggedCorpus(words: number): TaggedCorpus {
  const sentences = [...taggedSentences(words)];
  return {
    gold: sentences.map(({ gold }) => gold),
    predicted: sentences.map(({ predicted }) => predicted),
  };
}

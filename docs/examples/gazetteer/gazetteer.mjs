/** A base model that knows names by heart: a complete plugin for Calibre, in plain JavaScript. */

/**
 * @param {Record<string, string[]>} names names by label, words separated by a space
 * @returns {import('@calibre/model').BaseModel}
 */
export function gazetteer(names) {
  const labelOf = new Map(
    Object.entries(names).flatMap(([label, list]) => list.map((name) => [name, label])),
  );
  const longest = Math.max(0, ...[...labelOf.keys()].map((name) => name.split(' ').length));
  let disposed = false;

  const spansOf = (words) => {
    const spans = [];
    for (let start = 0; start < words.length; start++) {
      for (let end = Math.min(start + longest, words.length); end > start; end--) {
        const label = labelOf.get(words.slice(start, end).join(' '));
        if (label === undefined) continue;
        spans.push({ start, end, label });
        start = end - 1;
        break;
      }
    }
    return spans;
  };

  return {
    specificationVersion: 1,
    id: 'gazetteer',
    labels: Object.keys(names),
    async predict(sentences, { signal } = {}) {
      if (disposed) throw new Error('gazetteer: was disposed of; create it again');
      signal?.throwIfAborted();
      return sentences.map(spansOf);
    },
    async dispose() {
      disposed = true;
    },
  };
}

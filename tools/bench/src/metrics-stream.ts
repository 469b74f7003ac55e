/** `bench metrics-stream`: scores a streamed CoNLL file of 10 million words; prints seconds and the process's peak memory as JSON. */
import { TagScorer } from '@calibre/metrics';
import { columnOf, readConll } from '@calibre/metrics/conll';
import { taggedSentences } from './metrics-corpus.js';

function* text(words: number): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let piece = '';
  for (const { gold, predicted } of taggedSentences(words)) {
    for (const [i, tag] of gold.entries()) piece += `word ${tag} ${predicted[i]}\n`;
    piece += '\n';
    if (piece.length < 2 ** 16) continue;
    yield encoder.encode(piece);
    piece = '';
  }
  yield encoder.encode(piece);
}

export async function benchMetricsStream(): Promise<void> {
  const scorer = new TagScorer();
  const start = performance.now();
  for await (const sentence of readConll(text(10_000_000)))
    scorer.add(columnOf(sentence, 1), columnOf(sentence, 2));
  const { tokens, micro } = scorer.result();
  console.log(
    JSON.stringify({
      tokens,
      f1: micro.f1,
      seconds: (performance.now() - start) / 1000,
      peakMegabytes: process.resourceUsage().maxRSS / 1000,
    }),
  );
}

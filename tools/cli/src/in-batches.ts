import type { Session } from './session.js';

const batchSentences = 256;

/** Runs `work` on some sentences at a time, with progress; the results of all in order. */
export async function inBatches<Sentence, Result>(
  sentences: readonly Sentence[],
  { title, session }: { title: string; session: Session },
  work: (batch: readonly Sentence[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const progress = session.progress(title, { total: sentences.length, unit: 'sentences' });
  const results: Result[] = [];
  for (let at = 0; at < sentences.length; at += batchSentences) {
    session.signal.throwIfAborted();
    results.push(...(await work(sentences.slice(at, at + batchSentences))));
    progress.update(results.length);
  }
  progress.stop();
  return results;
}

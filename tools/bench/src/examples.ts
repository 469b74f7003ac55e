/** Text with spans for benchmarks that train. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseTags } from '@calibre/metrics';
import { columnOf, parseConll } from '@calibre/metrics/conll';
import type { RecoveryExample } from '@calibre/train';

const sentencesPerFile = 10_000;

/** The two-letter language of a file such as `en.train.conllu`, its words behind an index, its tags last. */
export function readExamples(path: string): RecoveryExample[] {
  const language = basename(path).slice(0, 2);
  const sentences = parseConll(readFileSync(path, 'utf8')).slice(0, sentencesPerFile);
  return sentences.map((sentence) => ({
    language,
    words: columnOf(sentence, 1),
    spans: parseTags(columnOf(sentence, -1)),
  }));
}

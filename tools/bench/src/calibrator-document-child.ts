/** Calibrates one document of a size in bytes, as text or streamed, in a process of its own and says what that took. */
import { readFileSync } from 'node:fs';
import { type AnsweredSentence, Calibrator } from '@calibre/model';
import { invent } from './calibrator-checkpoint.js';
import type { DocumentRead } from './calibrator-document.js';

const [folder = '.', bytes = '0', way = 'calibrate'] = process.argv.slice(2);
const peakBytes = () =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;

/** Invented sentences in a row, up to the size, with an answer in every tenth. */
function documentOf(size: number): AnsweredSentence & { readonly text: string } {
  const words: string[] = [];
  const spans: AnsweredSentence['spans'][number][] = [];
  let length = 0;
  for (const [index, sentence] of invent(size / 50).entries()) {
    if (length >= size) break;
    const [span] = sentence.spans;
    if (span && index % 10 === 0)
      spans.push({ ...span, start: span.start + words.length, end: span.end + words.length });
    words.push(...sentence.words);
    length += sentence.words.join(' ').length + 1;
  }
  return { words, spans, text: words.join(' ') };
}

/** Word spans → offsets in the words joined by spaces. */
function inText({ words, spans }: AnsweredSentence) {
  const starts: number[] = [];
  let at = 0;
  for (const word of words) {
    starts.push(at);
    at += word.length + 1;
  }
  const start = (word: number) => starts[word] ?? at;
  return spans.map((span) => ({ ...span, start: start(span.start), end: start(span.end) - 1 }));
}

const { words, spans, text } = documentOf(Number(bytes));
const calibrator = await Calibrator.load(folder, { threads: 2 });
await calibrator.calibrateWords(words.slice(0, 1000), [
  { ...spans[0], start: 500, end: 501 } as never,
]); // warm
const before = peakBytes();
const begun = performance.now();
const base = {
  specificationVersion: 1 as const,
  id: 'recorded',
  labels: [],
  predict: async () => [spans],
  dispose: async () => {},
};
if (way === 'stream') for await (const _ of calibrator.stream([words], { base }));
else await calibrator.calibrate(text, inText({ words, spans }));
const read: DocumentRead = {
  words: words.length,
  answers: spans.length,
  seconds: (performance.now() - begun) / 1000,
  moreBytes: peakBytes() - before,
};
console.log(JSON.stringify(read));
await calibrator.dispose();

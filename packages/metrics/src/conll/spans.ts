/** Sentences with their spans as JSON lines: `{"words":["Anna","left"],"spans":[{"start":0,"end":1,"label":"PER"}]}`. */
import { checkSpans, type Span } from '../span.js';
import { linesOf, type TextSource } from './lines.js';

/** Words and their spans, in words; other fields of the line are kept as they are. */
export interface SpanSentence {
  readonly words: readonly string[];
  readonly spans: readonly Span[];
}

/**
 * Reads one sentence a line; blank lines are passed over.
 * @throws SyntaxError or RangeError naming the line: for broken JSON, missing fields, spans outside the sentence
 */
export async function* readSpans(source: TextSource): AsyncGenerator<SpanSentence> {
  let number = 0;
  for await (const lines of linesOf(source))
    for (const line of lines) {
      number++;
      const text = line.replace(/^\ufeff/, '').trim();
      if (text) yield parseSpanLine(text, `line ${number}`);
    }
}

function parseSpanLine(text: string, place: string): SpanSentence {
  let sentence: SpanSentence;
  try {
    sentence = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(
      `spans: ${place}: one JSON object a line, got ${(error as Error).message}`,
      { cause: error },
    );
  }
  const { words, spans } = sentence ?? {};
  const isSpan = (span: Span | null) => typeof span?.label === 'string';
  if (
    !Array.isArray(words) ||
    !Array.isArray(spans) ||
    !words.every((word) => typeof word === 'string') ||
    !spans.every(isSpan)
  )
    throw new RangeError(
      `spans: ${place}: words (strings) and spans ({start, end, label}) are needed, got ${text.slice(0, 80)}; see SpanSentence`,
    );
  checkSpans(spans, { place: () => `spans: ${place}`, length: words.length });
  return sentence;
}

/** One line, with its end. @throws RangeError for spans outside the sentence */
export function formatSpans(sentence: SpanSentence): string {
  checkSpans(sentence.spans, { place: () => 'formatSpans', length: sentence.words.length });
  return `${JSON.stringify(sentence)}\n`;
}

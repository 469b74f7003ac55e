import { locateMentions, type Mention, type Span, toWordSpans } from '@calibre/metrics';
import { type BaseModel, specificationVersion } from './base-model.js';
import { Disposal } from './disposal.js';
import { inOrder } from './span-order.js';

/** An answer that is not in the text, or not of a declared label. */
export interface UnmatchedMention {
  readonly sentence: readonly string[];
  readonly mention: Mention;
  readonly reason: 'not in the text' | 'unknown label';
}

/** How a language model is asked. */
export interface StringsModelOptions {
  readonly id: string;
  readonly labels: readonly string[];
  /** Asks for the mentions in a text; gives JSON as text (a fence or words around it are passed over) or parsed. */
  readonly ask: (text: string, options: { readonly signal?: AbortSignal }) => Promise<unknown>;
  /** Between words of the text that is asked about. Default a space; use '' for scripts without spaces. */
  readonly separator?: string;
  /** Questions at a time. Default 4. */
  readonly concurrency?: number;
  /** Told of each answer that could not be used. */
  readonly onUnmatched?: (unmatched: UnmatchedMention) => void;
}

/**
 * A language model that answers in strings as a base model. It answers with a list such as
 * `[{"text": "Kaldur", "label": "LOC"}]` (`type` serves for `label`) or an object of lists, `{"LOC": ["Kaldur"]}`; each is
 * put back into the text, repeated ones occurrence by occurrence, and grown to whole words.
 *
 * ```ts
 * const base = stringsModel({ id: 'my-llm', labels: ['PER', 'LOC'], ask: (text, { signal }) => complete(prompt + text, signal) });
 * ```
 *
 * @throws (`predict`) where an answer is not such JSON, or `ask` rejects
 */
export function stringsModel({
  id,
  labels,
  ask,
  separator = ' ',
  concurrency = 4,
  onUnmatched = () => {},
}: StringsModelOptions): BaseModel {
  const disposal = new Disposal(id);

  const answer = async (
    sentence: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Span[]> => {
    if (sentence.length === 0) return [];
    const text = sentence.join(separator);
    const mentions = mentionsOf(await ask(text, signal ? { signal } : {}), id);
    const known = mentions.filter((mention) => {
      if (labels.includes(mention.label)) return true;
      onUnmatched({ sentence, mention, reason: 'unknown label' });
      return false;
    });
    const { spans, missing } = locateMentions(text, known);
    for (const { mention } of missing)
      onUnmatched({ sentence, mention, reason: 'not in the text' });
    let charStart = 0;
    const words = sentence.map((word) => {
      const place = { charStart, charEnd: charStart + word.length };
      charStart = place.charEnd + separator.length;
      return place;
    });
    return distinct(toWordSpans(spans, words, { mode: 'expand' }).spans);
  };

  return {
    specificationVersion,
    id,
    labels,
    async predict(sentences, { signal } = {}) {
      disposal.check();
      const answers: Span[][] = [];
      for (let start = 0; start < sentences.length; start += concurrency) {
        signal?.throwIfAborted();
        const part = sentences.slice(start, start + concurrency);
        answers.push(...(await Promise.all(part.map((sentence) => answer(sentence, signal)))));
      }
      signal?.throwIfAborted();
      return answers;
    },
    dispose: () => disposal.dispose(),
  };
}

/** The mentions of an answer, in its order. */
function mentionsOf(answer: unknown, id: string): Mention[] {
  const value = typeof answer === 'string' ? parseJsonWithin(answer) : answer;
  const listed = Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([label, texts]) =>
          Array.isArray(texts) ? texts.map((text) => ({ text, label })) : [null],
        )
      : [null];
  return listed.map((item): Mention => {
    const { text, label, type } = (item ?? {}) as Record<string, unknown>;
    const name = label ?? type;
    if (typeof text === 'string' && typeof name === 'string') return { text, label: name };
    const got = typeof answer === 'string' ? answer : JSON.stringify(answer);
    throw new Error(
      `${id}: an answer must be JSON such as [{"text": "Kaldur", "label": "LOC"}] or {"LOC": ["Kaldur"]}, got ${String(got).slice(0, 120)}; say so in the prompt`,
    );
  });
}

/** The JSON list or object in a text that may talk around it; undefined for none. */
function parseJsonWithin(text: string): unknown {
  for (const [open, close] of ['[]', '{}']
    .sort((a, b) => place(text, a) - place(text, b))
    .map((pair) => [...pair])) {
    const start = text.indexOf(open as string);
    const end = text.lastIndexOf(close as string);
    if (start < 0 || end < start) continue;
    try {
      return JSON.parse(text.slice(start, end + 1));
    } catch {
      // the other kind of bracket may hold
    }
  }
  return undefined;
}

const place = (text: string, [open = '']: string): number => {
  const at = text.indexOf(open);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
};

/** Sorted, and each span once: two mentions may grow to the same words. */
function distinct(spans: readonly Span[]): Span[] {
  const byPlace = new Map(spans.map((span) => [`${span.start} ${span.end} ${span.label}`, span]));
  return inOrder([...byPlace.values()]);
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Span } from '@calibre/metrics';
import { type BaseModel, specificationVersion } from './base-model.js';
import { Disposal } from './disposal.js';
import { inOrder } from './span-order.js';

/** How a server is called. */
export interface HttpModelOptions {
  readonly labels: readonly string[];
  /** Default: the address. */
  readonly id?: string;
  /** Sent with each request, such as an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sentences in a request. Default 32. */
  readonly batchSize?: number;
  /** Time for one request, in milliseconds. Default 30 seconds. */
  readonly timeoutMs?: number;
  /** Further attempts after one that failed by network, time, status 429 or 5xx. Default 3. */
  readonly retries?: number;
  /** Wait before the first further attempt, in milliseconds; doubles each time. A Retry-After header goes first. Default 500. */
  readonly backOffMs?: number;
}

/**
 * A server as a base model: POST `{"sentences": [["Lena", "left"]]}` (JSON), answered by
 * `{"spans": [[{"start": 0, "end": 1, "label": "PER"}]]}`, spans half-open in words.
 *
 * ```ts
 * const base = httpModel('http://localhost:8080/ner', { labels: ['PER', 'LOC'] });
 * ```
 *
 * @throws (`predict`) after the last attempt, or where the answer has another form
 */
export function httpModel(
  url: string,
  {
    labels,
    id = url,
    headers = {},
    batchSize = 32,
    timeoutMs = 30_000,
    retries = 3,
    backOffMs = 500,
  }: HttpModelOptions,
): BaseModel {
  const disposal = new Disposal(id);

  /** One request: its answer, or why there is none and whether another attempt may help. */
  const attempt = async (body: string, signal: AbortSignal | undefined): Promise<Attempt> => {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const text = await response.text();
      if (response.ok) return { answer: text };
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      return {
        problem: `status ${response.status}: ${text.slice(0, 200)}`,
        final: response.status !== 429 && response.status < 500,
        ...(seconds >= 0 && { waitMs: seconds * 1000 }),
      };
    } catch (error) {
      signal?.throwIfAborted();
      return { problem: limit.aborted ? `no answer in ${timeoutMs} ms` : describe(error) };
    }
  };

  const ask = async (
    sentences: readonly (readonly string[])[],
    signal: AbortSignal | undefined,
  ): Promise<Span[][]> => {
    const body = JSON.stringify({ sentences });
    for (let failed = 0; ; failed++) {
      const {
        answer,
        problem,
        final,
        waitMs = backOffMs * 2 ** failed,
      } = await attempt(body, signal);
      if (answer !== undefined) return readAnswer(answer, { sentences, labels, id });
      if (final || failed === retries) {
        throw new Error(
          `${id}: must answer, got ${problem} (attempt ${failed + 1}); ${final ? 'check the address and the headers' : 'is the server running?'}`,
        );
      }
      await sleep(waitMs, undefined, signal ? { signal } : {}).catch(() =>
        signal?.throwIfAborted(),
      );
    }
  };

  return {
    specificationVersion,
    id,
    labels,
    async predict(sentences, { signal } = {}) {
      disposal.check();
      signal?.throwIfAborted();
      const filled = sentences.filter((words) => words.length > 0);
      const answers: Span[][] = [];
      for (let start = 0; start < filled.length; start += batchSize) {
        answers.push(...(await ask(filled.slice(start, start + batchSize), signal)));
      }
      return sentences.map((words) => (words.length > 0 ? (answers.shift() ?? []) : []));
    },
    dispose: () => disposal.dispose(),
  };
}

interface Attempt {
  readonly answer?: string;
  readonly problem?: string;
  readonly final?: boolean;
  readonly waitMs?: number;
}

const describe = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
};

/** The spans of an answer, checked and sorted. */
function readAnswer(
  text: string,
  expected: { sentences: readonly (readonly string[])[]; labels: readonly string[]; id: string },
): Span[][] {
  const { sentences, labels, id } = expected;
  const lists = spanLists(text);
  if (lists?.length !== sentences.length) {
    throw new Error(
      `${id}: must answer with {"spans": […]}, a list for each of ${sentences.length} sentences, got ${text.slice(0, 120)}; correct the server`,
    );
  }
  return lists.map((spans, sentence) => {
    const length = sentences[sentence]?.length ?? 0;
    return inOrder(
      spans.map((span): Span => {
        const { start, end, label, score } = (span ?? {}) as Span;
        const inside =
          Number.isInteger(start) &&
          Number.isInteger(end) &&
          0 <= start &&
          start < end &&
          end <= length;
        if (inside && labels.includes(label))
          return { start, end, label, ...(score !== undefined && { score }) };
        throw new Error(
          `${id}: spans must have 0 ≤ start < end ≤ ${length} (words, half-open) and a label among ${labels.join(', ')}, got ${JSON.stringify(span)}; correct the server or the labels`,
        );
      }),
    );
  });
}

function spanLists(text: string): unknown[][] | undefined {
  try {
    const { spans } = JSON.parse(text);
    return Array.isArray(spans) && spans.every(Array.isArray) ? spans : undefined;
  } catch {
    return undefined;
  }
}

import assert from 'node:assert/strict';
import type { Span } from '@calibre/metrics';
import { type BaseModel, specificationVersion } from '../plugins/base-model.js';

type Sentences = readonly (readonly string[])[];

/** One rule of the contract. Fails by throwing, with a message for the plugin's author. */
export interface Check {
  readonly rule: string;
  run(model: BaseModel, question: Question): Promise<void>;
}

/** What the model is asked, and its first answers to it. */
interface Question {
  readonly sentences: Sentences;
  readonly answers: Promise<readonly (readonly Span[])[]>;
}

/** Every rule but the last uses one model; `dispose` ends it, so it stands last. */
export const checks: readonly Check[] = [
  {
    rule: 'describes itself',
    async run(model) {
      expect(model.specificationVersion === specificationVersion, {
        must: `specificationVersion must be ${specificationVersion}`,
        got: model.specificationVersion,
        remedy: 'write the plugin for this version of the contract',
      });
      expect(typeof model.id === 'string' && model.id !== '', {
        must: 'id must be a string that names the model',
        got: model.id,
        remedy: 'use the path or hub id',
      });
      const { labels } = model;
      expect(
        labels.every((label) => typeof label === 'string' && label !== ''),
        {
          must: 'labels must be strings that are not empty',
          got: labels,
          remedy: 'leave out the tag O and the prefixes B- and I-',
        },
      );
      expect(new Set(labels).size === labels.length, {
        must: 'labels must be named once each',
        got: labels,
        remedy: 'remove the repeated ones',
      });
    },
  },
  {
    rule: 'gives one list of spans for each sentence',
    async run(_, { sentences, answers: asked }) {
      const answers = await asked;
      expect(answers.length === sentences.length && answers.every(Array.isArray), {
        must: `predict must give ${sentences.length} lists for ${sentences.length} sentences`,
        got: answers.length,
        remedy: 'give an empty list where there is no answer',
      });
    },
  },
  {
    rule: 'gives spans inside their sentence, in words',
    run: (_, question) =>
      eachSpan(question, ({ start, end }, { words, place }) => {
        expect(
          Number.isInteger(start) &&
            Number.isInteger(end) &&
            0 <= start &&
            start < end &&
            end <= words.length,
          {
            must: `${place}: 0 ≤ start < end ≤ ${words.length} (words, half-open)`,
            got: [start, end],
            remedy:
              'convert character or token offsets to words, and inclusive ends to half-open ones',
          },
        );
      }),
  },
  {
    rule: 'uses the labels that it declares',
    run: (model, question) =>
      eachSpan(question, ({ label }, { place }) => {
        expect(model.labels.includes(label), {
          must: `${place}: the label must be one of ${model.labels.join(', ')}`,
          got: label,
          remedy: 'add it to labels, or drop the span',
        });
      }),
  },
  {
    rule: 'gives scores that are finite numbers, or none',
    run: (_, question) =>
      eachSpan(question, ({ score }, { place }) => {
        expect(score === undefined || Number.isFinite(score), {
          must: `${place}: score must be a finite number or absent`,
          got: score,
          remedy: 'leave it out where the model has none',
        });
      }),
  },
  {
    rule: 'sorts spans by start, then end, each once',
    async run(_, { answers }) {
      (await answers).forEach((spans, sentence) => {
        spans.slice(1).forEach((span, at) => {
          const before = spans[at] as Span;
          const order = before.start - span.start || before.end - span.end;
          expect(order < 0 || (order === 0 && before.label !== span.label), {
            must: `sentence ${sentence}: spans must be sorted and different`,
            got: [before, span],
            remedy: 'sort by start, then end, and drop the repeated ones',
          });
        });
      });
    },
  },
  {
    rule: 'answers the same when asked again',
    async run(model, { sentences, answers }) {
      expectEqual(await model.predict(sentences), await answers, {
        must: 'the same sentences must have the same spans',
        remedy: 'fix the seed, set the temperature to 0, or remember answers',
      });
    },
  },
  {
    rule: 'answers a sentence alone as in a batch, in any order',
    async run(model, { sentences, answers }) {
      const together = await answers;
      const remedy = 'mask the padding, and let nothing pass from one sentence to the next';
      const alone: (readonly Span[])[] = [];
      for (const sentence of sentences) alone.push(...(await model.predict([sentence])));
      expectEqual(withoutScores(alone), withoutScores(together), {
        must: 'a sentence alone must have the spans that it has in a batch',
        remedy,
      });
      const reversed = await model.predict(sentences.toReversed());
      expectEqual(withoutScores(reversed.toReversed()), withoutScores(together), {
        must: 'the order of the sentences must not matter',
        remedy,
      });
    },
  },
  {
    rule: 'takes no sentences, and sentences without words',
    async run(model, { sentences }) {
      expectEqual(await model.predict([]), [], {
        must: 'no sentences must give no lists',
        remedy: 'return [] before calling the model',
      });
      const [first = []] = sentences;
      const [before, between] = await model.predict([[], first, []]);
      expectEqual(before, [], {
        must: 'a sentence without words must have no spans',
        remedy: 'skip it',
      });
      expectEqual(withoutScores([between ?? []]), withoutScores(await model.predict([first])), {
        must: 'a sentence without words must not shift the answers of others',
        remedy: 'keep its place in the result',
      });
    },
  },
  {
    rule: 'leaves its input as it was',
    async run(model, { sentences }) {
      await model.predict(Object.freeze(sentences.map((words) => Object.freeze([...words]))));
    },
  },
  {
    rule: 'answers several calls at a time',
    async run(model, { sentences, answers }) {
      const half = Math.ceil(sentences.length / 2);
      const parts = [sentences.slice(0, half), sentences.slice(half)];
      const [first, second] = await Promise.all(parts.map((part) => model.predict(part)));
      const together = await answers;
      expectEqual(withoutScores([...(first ?? []), ...(second ?? [])]), withoutScores(together), {
        must: 'calls at the same time must not disturb each other',
        remedy: 'keep the state of a call in its own variables, or queue calls',
      });
    },
  },
  {
    rule: 'stops when asked, and works afterwards',
    async run(model, { sentences }) {
      const reason = new Error('conformance: stop');
      const remedy = 'call options.signal.throwIfAborted() before each batch';
      const early = await outcome(model.predict(sentences, { signal: AbortSignal.abort(reason) }));
      expect(early.error === reason, {
        must: "an aborted signal must reject with the signal's reason",
        got: early.error ?? 'an answer',
        remedy,
      });
      const controller = new AbortController();
      const running = outcome(model.predict(sentences, { signal: controller.signal }));
      controller.abort(reason);
      const late = await running;
      expect(late.error === undefined || late.error === reason, {
        must: "a signal aborted on the way must reject with the signal's reason, or come too late",
        got: late.error,
        remedy,
      });
      expectEqual(await model.predict([]), [], {
        must: 'the model must answer after a call was stopped',
        remedy: 'free only what belongs to the stopped call',
      });
    },
  },
  {
    rule: 'is disposed of once and for all',
    async run(model, { sentences }) {
      await model.dispose();
      await model.dispose();
      const after = await outcome(model.predict(sentences));
      expect(after.error instanceof Error, {
        must: 'predict must reject after dispose',
        got: 'an answer',
        remedy: 'throw an error that says that the model was disposed of',
      });
    },
  },
];

async function eachSpan(
  { sentences, answers }: Question,
  check: (span: Span, where: { words: readonly string[]; place: string }) => void,
): Promise<void> {
  (await answers).forEach((spans, sentence) => {
    const words = sentences[sentence] ?? [];
    spans.forEach((span, at) => {
      check(span, { words, place: `sentence ${sentence}, span ${at}` });
    });
  });
}

/** Scores may differ in the last digits with the shape of the batch; boundaries and labels may not. */
function withoutScores(answers: readonly (readonly Span[])[]): Omit<Span, 'score'>[][] {
  return answers.map((spans) => spans.map(({ start, end, label }) => ({ start, end, label })));
}

async function outcome(call: Promise<unknown>): Promise<{ error?: unknown }> {
  try {
    await call;
    return {};
  } catch (error) {
    return { error };
  }
}

interface Failure {
  readonly must: string;
  readonly got: unknown;
  readonly remedy: string;
}

function expect(condition: boolean, { must, got, remedy }: Failure): void {
  if (!condition) throw new Error(`${must}, got ${describe(got)}; ${remedy}`);
}

function expectEqual(
  actual: unknown,
  expected: unknown,
  { must, remedy }: Omit<Failure, 'got'>,
): void {
  try {
    assert.deepEqual(actual, expected);
  } catch {
    throw new Error(`${must}, got ${describe(actual)} and ${describe(expected)}; ${remedy}`);
  }
}

function describe(value: unknown): string {
  const text = value instanceof Error ? String(value) : JSON.stringify(value);
  return text === undefined ? 'nothing' : text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

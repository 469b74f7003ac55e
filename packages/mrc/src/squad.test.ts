import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSquad } from './squad.js';

const file = (context: string, answers: { text: string; answer_start: number }[]) =>
  JSON.stringify({
    version: '1.1',
    data: [
      { title: 'T', paragraphs: [{ context, qas: [{ id: 'q1', question: 'Who?', answers }] }] },
    ],
  });

test('an answer is the context from its offset on', () => {
  const { questions, misaligned } = parseSquad(
    file('Ada met Bo.', [{ text: 'Bo', answer_start: 8 }]),
  );
  expect(questions).toEqual([
    {
      id: 'q1',
      title: 'T',
      question: 'Who?',
      context: 'Ada met Bo.',
      answers: [{ text: 'Bo', charStart: 8, charEnd: 10 }],
      impossible: false,
    },
  ]);
  expect(misaligned).toEqual([]);
});

test('offsets count code points; UTF-16 offsets are taken where only they fit', () => {
  const answer = (answer_start: number, options = {}) =>
    parseSquad(file('😀😀 Ada', [{ text: 'Ada', answer_start }]), options).questions[0]?.answers[0];
  expect(answer(3)).toEqual({ text: 'Ada', charStart: 5, charEnd: 8 });
  expect(answer(5)).toEqual({ text: 'Ada', charStart: 5, charEnd: 8 });
  expect(answer(5, { offsets: 'codePoints' })).toBeUndefined();
  expect(answer(3, { offsets: 'utf16' })).toBeUndefined();
});

test('an answer that is not at its offset is left out and told', () => {
  const { questions, misaligned } = parseSquad(
    file('Ada met Bo.', [{ text: 'Bo', answer_start: 4 }]),
  );
  expect(questions[0]?.answers).toEqual([]);
  expect(misaligned).toEqual([
    {
      questionId: 'q1',
      place: 'data[0].paragraphs[0].qas[0].answers[0]',
      text: 'Bo',
      offset: 4,
      found: 'me',
    },
  ]);
});

test('a question without answers may say that it is impossible (SQuAD 2.0)', () => {
  const json = file('Ada', []).replace('"question"', '"is_impossible":true,"question"');
  expect(parseSquad(json).questions[0]).toMatchObject({ answers: [], impossible: true });
});

test.each([
  ['{', /no JSON/],
  ['[]', /data must be an array, got undefined/],
  [
    '{"data":[{"paragraphs":[{"qas":[]}]}]}',
    /data\[0\]\.paragraphs\[0\]\.context must be of type string/,
  ],
  [
    '{"data":[{"paragraphs":[{"context":"a","qas":[{"question":"q"}]}]}]}',
    /qas\[0\]\.id must be of type string/,
  ],
  [
    '{"data":[{"paragraphs":[{"context":"a","qas":[{"id":"1","question":"q"},{"id":"1","question":"q"}]}]}]}',
    /qas\[1\]\.id must come once, got "1"/,
  ],
])('%s is refused', (json, message) => {
  expect(() => parseSquad(json)).toThrow(message);
});

test('every part of any context is found again from its code point offset', () => {
  const context = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(context, fc.nat(39), fc.nat(39), (text, from, to) => {
      const points = [...text];
      const start = Math.min(from, to, points.length - 1);
      const part = points.slice(start, Math.max(from, to) + 1).join('');
      const { questions } = parseSquad(file(text, [{ text: part, answer_start: start }]), {
        offsets: 'codePoints',
      });
      const charStart = points.slice(0, start).join('').length;
      expect(questions[0]?.answers).toEqual([
        { text: part, charStart, charEnd: charStart + part.length },
      ]);
    }),
  );
});

const data = new URL('../../../../shared/data/mrc/', import.meta.url);

describe.skipIf(!existsSync(data))('real files (skipped where ../shared/data is missing)', () => {
  test.each([
    ['squad-dev-v1.1.json.gz', 10_570, 34_726],
    ['mlqa-dev/dev-context-zh-question-zh.json', 504, 504],
    ['xquad/xquad.hi.json', 1_190, 1_190],
  ])('%s: all offsets fit', (name, questionCount, answerCount) => {
    const bytes = readFileSync(new URL(name, data));
    const { questions, misaligned } = parseSquad(
      (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'),
    );
    expect(questions).toHaveLength(questionCount);
    expect(questions.flatMap(({ answers }) => answers)).toHaveLength(answerCount);
    expect(misaligned).toEqual([]);
  });
});

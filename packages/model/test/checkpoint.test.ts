import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeCheckpoint } from '../src/files/checkpoint.js';
import {
  type BaseModel,
  Calibrator,
  calibratorDefaults,
  calibratorParameters,
  decisionFeatures,
  initialParameters,
  loadEncoder,
  loadTokenizer,
  readConfiguration,
  TextStatistics,
  tokenizeWords,
  windowAround,
  writeConfiguration,
  writeDecision,
} from '../src/index.js';
import { expectClose, goldenJson, goldenPath, goldenTensors } from './golden.js';

const forbidden = { move: Infinity, drop: Infinity, relabel: Infinity };
const eager = { move: -1e9, drop: Infinity, relabel: Infinity };
const words = ['Yesterday', 'Mayor', 'Lena', 'Ortmann', 'opened', 'the', 'Kaldur', 'Bridge', '.'];
const spans = [
  { start: 2, end: 4, label: 'PER' },
  { start: 5, end: 8, label: 'LOC' },
];
let folder: string;
let calibrator: Calibrator;

const baseOf = (predict: BaseModel['predict']): BaseModel => ({
  specificationVersion: 1,
  id: 'fixed',
  labels: ['PER', 'LOC'],
  predict,
  dispose: async () => {},
});

/** bert-tiny with calibrator heads that no one has trained. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'calibrator-'));
  const { encoder } = readConfiguration(goldenJson('bert-tiny/config.json'));
  const model = {
    encoder,
    tags: [],
    calibrator: { ...calibratorDefaults, labels: ['NONE', 'PER', 'LOC'] },
  };
  const { tensors } = await goldenTensors('bert-tiny/model.safetensors');
  let draws = 0;
  const random = () => (draws++ * 0.618034) % 1;
  const fresh = initialParameters(calibratorParameters(model), { random, deviation: 0.1 });
  await writeCheckpoint(folder, {
    config: writeConfiguration(model),
    tensors: new Map([...fresh, ...tensors]),
    tokenizer: await loadTokenizer(goldenPath('bert-tiny')),
  });
  calibrator = await Calibrator.load(folder, { threads: 1 });
});
afterAll(async () => {
  await calibrator.dispose();
  await rm(folder, { recursive: true });
});

describe('a calibrator from a folder', () => {
  test('with every edit forbidden, gives the initial answers back', async () => {
    const results = await calibrator.calibrateWords(words, spans, { margins: forbidden });
    expect(
      results.map(({ start, end, label, decision }) => ({ start, end, label, decision })),
    ).toEqual(spans.map((span) => ({ ...span, decision: 'kept' })));
    expect(results.every(({ scores, score }) => scores && score && score > 0 && score < 1)).toBe(
      true,
    );
  });

  test('takes and gives character offsets; a kept answer keeps its own even inside words', async () => {
    const text = words.join(' ');
    const cut = { start: text.indexOf('ena'), end: text.indexOf('ortmann') + 5, label: 'PER' };
    const given = [{ ...cut, start: 17, end: 22 }];
    const [kept] = await calibrator.calibrate(text, given, { margins: forbidden });
    expect(kept).toMatchObject({ start: 17, end: 22, decision: 'kept', initial: given[0] });
    const [moved] = await calibrator.calibrate(text, given, { margins: eager });
    const [inWords] = await calibrator.calibrateWords(words, [{ start: 2, end: 4, label: 'PER' }], {
      margins: eager,
    });
    expect(moved?.decision).toBe('moved');
    expect(text.slice(moved?.start, moved?.end)).toBe(
      words.slice(inWords?.start, inWords?.end).join(' '),
    );
  });

  test('a batch of sentences equals them one by one, in order', async () => {
    const sentences = [
      { words, spans },
      { words: ['Lena'], spans: [{ start: 0, end: 1, label: 'PER' }] },
      { words: [], spans: [] },
      { words: words.slice(2), spans: [{ start: 3, end: 6, label: 'LOC' }] },
    ];
    const together = await calibrator.calibrateSentences(sentences);
    for (const [index, sentence] of sentences.entries()) {
      const alone = await calibrator.calibrateWords(sentence.words, sentence.spans);
      const plain = (results: typeof alone) => results.map(({ score, scores, ...rest }) => rest);
      expect(plain([...(together[index]?.spans ?? [])])).toEqual(plain(alone));
      expectClose(
        alone.map(({ score }) => score ?? -1),
        together[index]?.spans.map(({ score }) => score ?? -1) ?? [],
      );
    }
  });

  test('in a document far beyond the encoder each answer is read as in the words around it alone', async () => {
    const document = Array.from({ length: 4000 }, (_, i) => words[i % words.length] as string);
    const answers = [0, 1000, 1999, 3998].map((start) => ({
      start,
      end: start + 2,
      label: 'PER',
    }));
    const options = { overlaps: 'keep', margins: eager } as const;
    const together = await calibrator.calibrateWords(document, answers, options);
    const { wordStarts } = tokenizeWords(calibrator.tokenizer, document);
    for (const [index, { start, end, label }] of answers.entries()) {
      const tokens = (wordStarts[end] as number) - (wordStarts[start] as number);
      // [CLS] answer [SEP] passage [SEP] in 64 positions
      const core = { from: start, to: end };
      const window = windowAround(wordStarts, { core, budget: 64 - 3 - tokens });
      const { from, to } = window as { from: number; to: number };
      expect(to - from).toBeLessThan(64);
      const [alone] = await calibrator.calibrateWords(
        document.slice(from, to),
        [{ start: start - from, end: end - from, label }],
        options,
      );
      expect(together[index]).toMatchObject({
        start: (alone?.start ?? 0) + from,
        end: (alone?.end ?? 0) + from,
        decision: alone?.decision,
      });
      expectClose([together[index]?.scores?.initial ?? 0], [alone?.scores?.initial ?? 1]);
    }
    const text = document.join(' ');
    const starts = [...text.matchAll(/\S+/g)].map(({ index }) => index);
    const endOf = (word: number) => (starts[word] as number) + (document[word] as string).length;
    const inText = await calibrator.calibrate(
      text,
      answers.map(({ start, end, label }) => ({
        start: starts[start] as number,
        end: endOf(end - 1),
        label,
      })),
      options,
    );
    expect(inText.map(({ start, end }) => [start, end])).toEqual(
      together.map(({ start, end }) => [starts[start], endOf(end - 1)]),
    );
    const base = baseOf(async () => [answers]);
    for await (const { spans } of calibrator.stream([document], { base, ...options }))
      expect(spans).toEqual(together);
  });

  test('an answer that does not fit beside its copy is kept unread', async () => {
    const long = new Array(80).fill('Lena');
    expect(
      await calibrator.calibrateWords(long, [{ start: 0, end: 70, label: 'PER' }]),
    ).toMatchObject([{ start: 0, end: 70, decision: 'kept' }]);
  });

  test('answers that the base is sure of are not read', async () => {
    const sure = spans.map((span, i) => ({ ...span, score: i === 0 ? 0.99 : 0.5 }));
    const results = await calibrator.calibrateWords(words, sure, {
      keepFromScore: 0.9,
      margins: forbidden,
    });
    expect(results.map(({ scores }) => scores !== undefined)).toEqual([false, true]);
  });

  test('streams a base model, holding no more sentences than a batch', async () => {
    let asked = 0;
    const base = baseOf(async (sentences) => sentences.map(() => spans));
    function* sentences() {
      for (; asked < 10; asked++) yield words;
    }
    const seen: unknown[] = [];
    for await (const { spans: results } of calibrator.stream(sentences(), {
      base,
      batchSentences: 2,
    })) {
      seen.push(results);
      if (seen.length === 3) break;
    }
    expect(asked).toBeLessThanOrEqual(4);
    expect(seen[0]).toEqual(seen[2]);
  });

  test('refuses spans outside the sentence and labels it has not learned', async () => {
    await expect(
      calibrator.calibrateWords(words, [{ start: 8, end: 10, label: 'PER' }]),
    ).rejects.toThrow(
      'sentence 0, spans[0]: a span needs whole numbers 0 ≤ start < end ≤ 9 words, got [8, 10)',
    );
    await expect(
      calibrator.calibrateWords(words, [{ start: 0, end: 1, label: 'ORG' }]),
    ).rejects.toThrow('must be one of the checkpoint\'s PER, LOC, got "ORG"');
  });

  test('a folder without a calibrator says how to get one', async () => {
    await expect(Calibrator.load(goldenPath('bert-tiny'))).rejects.toThrow(
      /calibre\.calibrator section, got none/,
    );
  });

  test('its encoder is a Hugging Face encoder', async () => {
    const encoder = await loadEncoder(folder, { threads: 1 });
    expect(encoder.unused).toContain('calibrator.start.weight');
    await encoder.dispose();
  });
});

describe('a calibrator with a learned decision', () => {
  // Right is what the base model answered elsewhere too: log-odds 2, elsewhere −2.
  const trees = {
    feature: Int32Array.of(decisionFeatures.indexOf('agreeing'), -1, -1),
    threshold: Float32Array.of(0, 0, 0),
    left: Int32Array.of(1, -1, -1),
    right: Int32Array.of(2, -1, -1),
    value: Float32Array.of(0, -2, 2),
    roots: Int32Array.of(0),
  };
  const learnedFrom = { features: new Float32Array(0), right: new Uint8Array(0) };
  let learned: Calibrator;
  beforeAll(async () => {
    await writeDecision(folder, { trees, dropBelow: 0.4, leastWords: 15, learnedFrom });
    learned = await Calibrator.load(folder, { threads: 1 });
  });
  afterAll(async () => {
    await learned.dispose();
    await rm(join(folder, 'decision.safetensors'));
  });
  const decisions = (results: readonly { decision: string }[]) =>
    results.map(({ decision }) => decision);
  const once = { words, spans };

  test('asks what the base model answered in the other sentences of the call', async () => {
    const [first] = await learned.calibrateSentences([once, { words, spans: spans.slice(0, 1) }]);
    expect(decisions(first?.spans ?? [])).toEqual(['kept', 'dropped']);
  });

  test('or in the text that statistics were made of', async () => {
    const statistics = TextStatistics.of([once, once]);
    expect(decisions(await learned.calibrateWords(words, spans, { statistics }))).toEqual([
      'kept',
      'kept',
    ]);
  });

  test('a short text is decided by margins, and so is any where they are given', async () => {
    expect(decisions(await learned.calibrateWords(words, spans))).toEqual(
      decisions(await calibrator.calibrateWords(words, spans)),
    );
    const given = { statistics: TextStatistics.of([once, once]), margins: forbidden };
    const [result] = await learned.calibrateWords(words, spans, given);
    expect(result?.score).toBeCloseTo(Math.exp(result?.scores?.initial ?? 0), 9);
  });

  test('a stream counts what it has read so far', async () => {
    const base = baseOf(async (sentences) => sentences.map(() => spans));
    const seen: string[][] = [];
    for await (const result of learned.stream([words, words], { base, batchSentences: 1 }))
      seen.push(decisions(result.spans));
    expect(seen[1]).toEqual(['kept', 'kept']);
  });
});

describe('loadEncoder', () => {
  const [batch] = goldenJson('bert-tiny.forward.json').batches;

  test('gives the recorded hidden states, the embeddings first', async () => {
    const encoder = await loadEncoder(goldenPath('bert-tiny'), { threads: 1 });
    const { hiddenStates, shape, pooled } = await encoder.encode(batch);
    expect(shape).toEqual(batch.expected.hiddenStates[0].shape);
    expectClose(pooled, batch.expected.pooled.data);
    const real = (i: number) => batch.attentionMask.flat()[Math.floor(i / 32)] === 1;
    for (const [layer, { data }] of batch.expected.hiddenStates.entries())
      expectClose(hiddenStates[layer], data, real);
    await encoder.dispose();
  });

  test('languages of XLM are read where they are given', async () => {
    const encoder = await loadEncoder(goldenPath('xlm-tiny'), { threads: 1 });
    for (const batch of goldenJson('xlm-tiny.forward.json').batches) {
      const { hiddenStates } = await encoder.encode(batch);
      const real = (i: number) => batch.attentionMask.flat()[Math.floor(i / 32)] === 1;
      expectClose(hiddenStates[2], batch.expected.hiddenStates[2].data, real);
    }
    await encoder.dispose();
  });

  test.each([
    [{ inputIds: [[1, 2], [3]] }, /row must have 2 tokens like the first/],
    [{ inputIds: [[1, 330]] }, /from 0 to 329, got 330 at \[0\]\[1\]/],
    [{ inputIds: [new Array(65).fill(1)] }, /1 to 64 tokens, got 1 of 65/],
    [{ inputIds: [[1]], langs: [[0]] }, /bert has no languages/],
    [
      { inputIds: [[1]], tokenTypeIds: [[2]] },
      /tokenTypeIds must be whole numbers from 0 to 1, got 2/,
    ],
  ])('refuses %j', async (input, message) => {
    const encoder = await loadEncoder(goldenPath('bert-tiny'), { threads: 1 });
    await expect(encoder.encode(input)).rejects.toThrow(message);
    await encoder.dispose();
  });
});

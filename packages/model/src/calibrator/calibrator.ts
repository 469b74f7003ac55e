/** The calibrator's public face: a checkpoint folder, text or words with initial answers in, calibrated answers out. */

import { Runtime } from '@calibre/graph';
import { type Span, toCharSpans } from '@calibre/metrics';
import { splitWords } from '@calibre/metrics/words';
import { decider, type ReadPassage } from '../decision/decide-by-model.js';
import { type DecisionModel, readDecision } from '../decision/decision-model.js';
import { TextStatistics } from '../decision/text-statistics.js';
import { openCheckpoint } from '../files/checkpoint.js';
import { calibratorParameters } from '../network/calibrator-network.js';
import {
  type CalibratorModel,
  hasCalibrator,
  type Margins,
  readConfiguration,
} from '../network/configuration.js';
import { type DeviceOptions, putParameters } from '../network/load-encoder.js';
import { type TokenizedWords, tokenizeWords } from '../network/tokenized-words.js';
import type { BaseModel } from '../plugins/base-model.js';
import { loadTokenizer } from '../tokenizers/load-tokenizer.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { alignText } from './align-text.js';
import { type AnsweredSentence, checkAnswers } from './answered-sentence.js';
import type { CalibratedSpan } from './calibrated-span.js';
import { CalibratorReader } from './reader.js';
import type { CalibratorItem } from './row.js';

export interface CalibrateOptions {
  /** By how much an edit must win. Default: the checkpoint's learned decision, or its margins where that cannot be taken. */
  readonly margins?: Margins;
  /**
   * Of the whole text that this is part of, with the base model's answers to it: the learned decision asks what became of
   * the same words elsewhere. Default: of the sentences given.
   */
  readonly statistics?: TextStatistics;
  /** Overlapping calibrated answers: keep the best disjoint ones (decision 0006), or all. Default resolve. */
  readonly overlaps?: 'resolve' | 'keep';
  /** Initial answers with a score from this on are not read but kept: the base is sure. Default: all are read. */
  readonly keepFromScore?: number;
  /** Reading comprehension: the question that the answers belong to. */
  readonly question?: string;
  /** Language of the text, for tokenizers that depend on it (XLM). */
  readonly language?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface CalibrateTextOptions extends CalibrateOptions {
  /** An initial answer that begins or ends inside a word is widened to the whole word, or refused. Default expand. */
  readonly cutWords?: 'expand' | 'refuse';
}

export interface CalibratedSentence {
  readonly words: readonly string[];
  /** One result for each initial answer, in the base's order; the final answers are those not dropped. */
  readonly spans: readonly CalibratedSpan[];
}

export interface StreamOptions extends Omit<CalibrateOptions, 'question'> {
  readonly base: BaseModel;
  /** Sentences that are read, and held, at a time. Default 64. */
  readonly batchSentences?: number;
}

export class Calibrator {
  readonly model: CalibratorModel;
  readonly tokenizer: Tokenizer;
  readonly #runtime: Runtime;
  readonly #reader: CalibratorReader;
  readonly #decision: DecisionModel | undefined;

  private constructor(parts: {
    readonly runtime: Runtime;
    readonly reader: CalibratorReader;
    readonly tokenizer: Tokenizer;
    readonly decision: DecisionModel | undefined;
  }) {
    this.model = parts.reader.model;
    this.tokenizer = parts.tokenizer;
    this.#runtime = parts.runtime;
    this.#reader = parts.reader;
    this.#decision = parts.decision;
  }

  /**
   * Opens a calibrator's checkpoint, by its folder or its id on the hub, on a runtime of its own; `dispose` ends it.
   * Throws where the folder holds no calibrator, or its files do not fit together.
   */
  static async load(folder: string, options: DeviceOptions = {}): Promise<Calibrator> {
    const tokenizer = await loadTokenizer(folder);
    const decision = await readDecision(folder);
    const { config, weights } = await openCheckpoint(folder);
    let runtime: Runtime | undefined;
    try {
      const model = readConfiguration(config);
      const { encoder } = model;
      if (!hasCalibrator(model))
        throw new Error(
          `${folder}: config.json must have a calibre.calibrator section, got none; train one with \`calibre train calibrator --init\` on this checkpoint`,
        );
      if (tokenizer.vocabularySize > encoder.vocabularySize)
        throw new Error(
          `${folder}: the tokenizer must have at most the encoder's ${encoder.vocabularySize} tokens, got ${tokenizer.vocabularySize}; use the tokenizer that belongs to this checkpoint`,
        );
      runtime = await Runtime.start(options);
      const specifications = calibratorParameters(model);
      await putParameters(runtime, weights, { encoder, specifications });
      const reader = await CalibratorReader.create(runtime, { model, tokenizer });
      return new Calibrator({ runtime, reader, tokenizer, decision });
    } catch (error) {
      await runtime?.dispose();
      throw error;
    } finally {
      await weights.close();
    }
  }

  /**
   * Calibrates answers given by UTF-16 offsets in `text`; the results' offsets are in `text` too, one for each answer in the
   * same order. Throws on offsets that are none of the text or unknown labels.
   */
  async calibrate(
    text: string,
    spans: readonly Span[],
    { cutWords = 'expand', ...options }: CalibrateTextOptions = {},
  ): Promise<CalibratedSpan[]> {
    const words = splitWords(text);
    const aligned = alignText(text, spans, { words, cutWords });
    const surfaces = words.map(({ charStart, charEnd }) => text.slice(charStart, charEnd));
    const results = await this.calibrateWords(surfaces, aligned, options);
    return results.map((result, index) => {
      const initial = spans[index] as Span;
      const [moved = initial] = result.decision === 'moved' ? toCharSpans([result], words) : [];
      return { ...result, start: moved.start, end: moved.end, initial };
    });
  }

  /** Calibrates answers given in words; one result for each answer in the same order. */
  async calibrateWords(
    words: readonly string[],
    spans: readonly Span[],
    options: CalibrateOptions = {},
  ): Promise<CalibratedSpan[]> {
    const [result] = await this.calibrateSentences([{ words, spans }], options);
    return [...(result as CalibratedSentence).spans];
  }

  /** Calibrates many sentences at once, batched by length; see `stream` for more than memory holds. */
  async calibrateSentences(
    sentences: readonly AnsweredSentence[],
    options: CalibrateOptions = {},
  ): Promise<CalibratedSentence[]> {
    const { signal } = options;
    const { labels } = this.model.calibrator;
    const items: CalibratorItem[] = [];
    // For each sentence, for each answer: its item, or none where it is not read.
    const asked = sentences.map((sentence, index) => {
      checkAnswers(sentence, { sentence: index, labels });
      const { spans } = sentence;
      const reads = spans.map(
        ({ score }) => !((score ?? -1) >= (options.keepFromScore ?? Infinity)),
      );
      const passage = reads.some(Boolean) ? this.#tokenize(sentence.words, options) : undefined;
      return spans.map((initial, answer) => {
        if (passage === undefined || !reads[answer]) return undefined;
        return items.push({ passage, initial, ...this.#question(options) }) - 1;
      });
    });
    const readings = await this.#reader.read(items, { signal });
    const decideOn = this.#policy(sentences, options);
    return sentences.map(({ words, spans }, index) => {
      const answers = spans.map((initial, answer) => {
        const item = asked[index]?.[answer];
        const reading = item === undefined ? undefined : readings[item];
        return { initial, ...(reading && { reading }) };
      });
      return { words, spans: decideOn({ words, answers }) };
    });
  }

  /** The learned decision where there is one and enough text to ask it; margins where they are given, or else. */
  #policy(
    sentences: readonly AnsweredSentence[],
    { margins, overlaps = 'resolve', ...options }: CalibrateOptions,
  ): (passage: ReadPassage) => CalibratedSpan[] {
    const { labels, margins: fitted } = this.model.calibrator;
    const model = margins ? undefined : this.#decision;
    const statistics = options.statistics ?? TextStatistics.of(model ? sentences : []);
    return decider({ model, margins: margins ?? fitted, labels, statistics, overlaps });
  }

  /**
   * Answers of a base model, calibrated, sentence by sentence in order. Holds `batchSentences` sentences at a time and reads
   * on only when asked for more. Without `statistics` a sentence is decided by what was read until its batch.
   */
  async *stream(
    sentences: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
    { base, batchSentences = 64, ...options }: StreamOptions,
  ): AsyncGenerator<CalibratedSentence> {
    const { signal, statistics = new TextStatistics() } = options;
    const isCounting = this.#decision !== undefined && options.statistics === undefined;
    for await (const batch of chunks(sentences, batchSentences)) {
      const predicted = await base.predict(batch, signal === undefined ? {} : { signal });
      if (predicted.length !== batch.length)
        throw new Error(
          `stream: ${base.id} must give one list of spans for each of ${batch.length} sentences, got ${predicted.length}; run the conformance kit on it`,
        );
      const answered = batch.map((words, index) => ({ words, spans: predicted[index] as Span[] }));
      if (isCounting) for (const sentence of answered) statistics.add(sentence);
      yield* await this.calibrateSentences(answered, { ...options, statistics });
    }
  }

  /** Frees the weights and ends the runtime's thread. */
  dispose(): Promise<void> {
    return this.#runtime.dispose();
  }

  #tokenize(words: readonly string[], { language }: CalibrateOptions): TokenizedWords {
    return tokenizeWords(this.tokenizer, words, language === undefined ? {} : { language });
  }

  #question({ question, ...options }: CalibrateOptions): Pick<CalibratorItem, 'question'> {
    if (question === undefined) return {};
    const words = splitWords(question).map((word) => question.slice(word.charStart, word.charEnd));
    return { question: this.#tokenize(words, options).ids };
  }
}

async function* chunks<T>(
  items: Iterable<T> | AsyncIterable<T>,
  size: number,
): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

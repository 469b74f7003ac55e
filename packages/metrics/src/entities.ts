/** Entity precision, recall and F1 of whole corpora, at once or sentence by sentence. */

import type { Scheme } from './schemes.js';
import { type Counts, type EntityScores, Tally, type ZeroDivision } from './scores.js';
import { checkSentenceCounts, checkSpans, compareSpans, describeSpan, type Span } from './span.js';
import { ChunkWalker, resolveScheme, type TagOptions, TagReader } from './tags.js';

export interface EntityOptions {
  /** Default 0, as the peers have it. */
  readonly zeroDivision?: ZeroDivision;
  /** A span given twice in one sentence: an error (default), or counted once, as seqeval's sets do. */
  readonly duplicates?: 'error' | 'merge';
}

/** Scores spans of a corpus that need not fit in memory; nested and overlapping spans are spans like others. */
export class EntityScorer {
  readonly #tally = new Tally();
  readonly #options: Required<EntityOptions>;
  #sentences = 0;

  constructor({ zeroDivision = 0, duplicates = 'error' }: EntityOptions = {}) {
    this.#options = { zeroDivision, duplicates };
  }

  /**
   * Adds one sentence.
   * @throws RangeError naming the sentence (counted from 0) and the span for one that is empty, reversed or given twice
   */
  add(gold: readonly Span[], predicted: readonly Span[]): this {
    const sentence = this.#sentences++;
    const golds = this.#ordered(gold, () => `sentence ${sentence}: gold`);
    const predictions = this.#ordered(predicted, () => `sentence ${sentence}: predicted`);
    for (const { label } of golds) this.#tally.of(label).support++;
    let g = 0;
    for (const prediction of predictions) {
      const counts = this.#tally.of(prediction.label);
      counts.predicted++;
      while (g < golds.length && compareSpans(golds[g]!, prediction) < 0) g++;
      if (g < golds.length && compareSpans(golds[g]!, prediction) === 0) counts.correct++;
    }
    return this;
  }

  /** Adds what another scorer, or its result sent from a worker, has counted. */
  merge(other: EntityScorer | EntityScores): this {
    this.#tally.merge((other instanceof EntityScorer ? other.result() : other).labels);
    return this;
  }

  result(): EntityScores {
    return this.#tally.result(this.#options.zeroDivision);
  }

  #ordered(spans: readonly Span[], place: () => string): readonly Span[] {
    checkSpans(spans, { place });
    const sorted = spans.toSorted(compareSpans);
    const isRepeated = (span: Span, i: number) => i > 0 && compareSpans(sorted[i - 1]!, span) === 0;
    const repeated = sorted.find(isRepeated);
    if (!repeated) return sorted;
    if (this.#options.duplicates === 'error')
      throw new RangeError(
        `${place()}: a span stands for one entity, got ${describeSpan(repeated)} twice; drop one or pass duplicates: "merge"`,
      );
    return sorted.filter((span, i) => !isRepeated(span, i));
  }
}

/**
 * Entity scores of a corpus: a prediction is correct when a gold span of its sentence has its start, end and label.
 * @param gold spans of each sentence
 * @param predicted spans of each sentence, in the same order
 * @returns micro, macro and weighted averages and `labels`; rates are fractions
 * @throws RangeError for corpora of different length, empty or reversed spans, NaN scores, and duplicates unless merged
 */
export function scoreEntities(
  gold: readonly (readonly Span[])[],
  predicted: readonly (readonly Span[])[],
  options: EntityOptions = {},
): EntityScores {
  checkSentenceCounts('scoreEntities', { gold, predicted });
  const scorer = new EntityScorer(options);
  for (let i = 0; i < gold.length; i++) scorer.add(gold[i]!, predicted[i]!);
  return scorer.result();
}

export interface TagScores extends EntityScores {
  /** Share of words whose predicted tag is the gold tag; `zeroDivision` where there are none. */
  readonly accuracy: number;
  readonly tokens: number;
  readonly correctTokens: number;
  /** The scheme read, or in `auto` the one the tags point at; null where they point at none. */
  readonly scheme: Scheme | null;
  /** Tags read that are neither O nor B-, I-, E- or S-: where seqeval warns. */
  readonly oddTags: number;
}

export interface TagScoreOptions extends TagOptions {
  readonly zeroDivision?: ZeroDivision;
}

/** Scores tags of a corpus that need not fit in memory. Allocates nothing per word. */
export class TagScorer {
  readonly #options: TagScoreOptions;
  readonly #reader: TagReader;
  readonly #gold: ChunkWalker;
  readonly #predicted: ChunkWalker;
  readonly #counts: Counts[] = []; // by label number
  readonly #tally = new Tally();
  #sentences = 0;
  #tokens = 0;
  #correctTokens = 0;
  #oddTags = 0;

  /** @throws RangeError for `strict` without a scheme */
  constructor(options: TagScoreOptions = {}) {
    this.#options = options;
    this.#reader = new TagReader(options);
    this.#gold = new ChunkWalker(this.#reader);
    this.#predicted = new ChunkWalker(this.#reader);
  }

  /**
   * Adds one sentence, a tag per word.
   * @throws RangeError naming the sentence (counted from 0) for lengths that differ, and the word for a tag outside a strict scheme
   */
  add(gold: readonly string[], predicted: readonly string[]): this {
    const sentence = this.#sentences++;
    const length = gold.length;
    if (predicted.length !== length)
      throw new RangeError(
        `sentence ${sentence}: gold and predicted must have a tag for each word, got ${length} and ${predicted.length}; check the sentence breaks of both`,
      );
    const reader = this.#reader;
    for (let i = 0; i < length; i++) {
      const goldTag = reader.id(gold[i]!, sentence, i);
      const predictedTag = reader.id(predicted[i]!, sentence, i);
      if (goldTag === predictedTag) this.#correctTokens++;
      this.#oddTags += reader.oddOf[goldTag]! + reader.oddOf[predictedTag]!;
      this.#count(this.#gold.step(goldTag, i), this.#predicted.step(predictedTag, i));
    }
    this.#count(this.#gold.finish(length), this.#predicted.finish(length));
    this.#tokens += length;
    return this;
  }

  // Both ended here: the same span where start and label agree.
  #count(goldEnded: boolean, predictedEnded: boolean): void {
    if (goldEnded) this.#of(this.#gold.label).support++;
    if (!predictedEnded) return;
    const counts = this.#of(this.#predicted.label);
    counts.predicted++;
    if (
      goldEnded &&
      this.#gold.start === this.#predicted.start &&
      this.#gold.label === this.#predicted.label
    )
      counts.correct++;
  }

  #of(label: number): Counts {
    this.#counts[label] ??= this.#tally.of(this.#reader.labels.names[label]!);
    return this.#counts[label];
  }

  /** Adds what another scorer, or its result sent from a worker, has counted. */
  merge(other: TagScorer | TagScores): this {
    const { labels, tokens, correctTokens, oddTags } =
      other instanceof TagScorer ? other.result() : other;
    this.#tally.merge(labels);
    this.#tokens += tokens;
    this.#correctTokens += correctTokens;
    this.#oddTags += oddTags;
    return this;
  }

  result(): TagScores {
    const { zeroDivision = 0, scheme = 'auto' } = this.#options;
    return {
      ...this.#tally.result(zeroDivision),
      accuracy: this.#tokens ? this.#correctTokens / this.#tokens : zeroDivision,
      tokens: this.#tokens,
      correctTokens: this.#correctTokens,
      scheme: scheme === 'auto' ? this.#reader.detected : scheme,
      oddTags: this.#oddTags,
    };
  }
}

/**
 * The same scores from tags, and token accuracy.
 * @param gold tags of each sentence, one per word
 * @param predicted tags of each sentence, in the same order and of the same length
 * @throws RangeError for lengths that differ and for tags outside a strict scheme, naming sentence and word
 */
export function scoreTags(
  gold: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
  options: TagScoreOptions = {},
): TagScores {
  checkSentenceCounts('scoreTags', { gold, predicted });
  const scorer = new TagScorer(resolveScheme(options, [...gold, ...predicted]));
  for (let i = 0; i < gold.length; i++) scorer.add(gold[i]!, predicted[i]!);
  return scorer.result();
}

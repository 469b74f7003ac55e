import type { Span } from '@calibre/metrics';
import { editRow, type Garbling } from './garbling.js';
import { applyEdit, type Interval, type Operation, overlap } from './operation.js';
import { drawIndex, type Random } from './random.js';

/** An initial answer as a base model might have given it. */
export interface GarbledAnswer {
  readonly initial: Span;
  /** null: there is no gold span here (spurious). */
  readonly gold: Span | null;
  readonly operation: Operation | 'joined' | 'spurious';
}

export interface GarbleOptions {
  /** Words in the sentence or passage: no answer reaches beyond. */
  readonly words: number;
  readonly random: Random;
  /** Labels in use, for corrupting them; with none or one given, labels stay unless the garbling has a row for them. */
  readonly labels?: readonly string[];
  /** Further borders: answers for which this is false are impossible draws. */
  readonly accept?: (answer: Interval) => boolean;
}

/**
 * Corrupts gold spans as a {@link Garbling} says. An impossible draw (beyond the sentence, a word deleted that is not
 * there, refused by `accept`) is drawn again, never clipped: the possible edits keep their proportions.
 */
export class Garbler {
  constructor(readonly garbling: Garbling) {}

  /**
   * One initial answer for one gold span; of a split span one part. Never missed: where no edit is possible the span stays.
   * @throws Error where the span is empty or outside the sentence
   */
  garbleSpan(gold: Span, options: GarbleOptions): GarbledAnswer {
    requireInside(gold, options.words);
    const fits = (answer: Interval) => inside(answer, options);
    const drawn = this.#draw(gold, { random: options.random, fits, missable: false });
    const part = drawn.answers[Math.floor(options.random() * drawn.answers.length)] ?? gold;
    return this.#answer(part, gold, drawn.operation, options);
  }

  /**
   * All initial answers for a sentence's gold spans, left to right and not overlapping: spans missed, split, joined with
   * their neighbour, and spurious answers included.
   * @throws Error where a span is empty, outside the sentence or overlaps another
   */
  garbleSentence(gold: readonly Span[], options: GarbleOptions): GarbledAnswer[] {
    const { random } = options;
    const spans = [...gold].sort((a, b) => a.start - b.start);
    for (const [index, span] of spans.entries()) {
      requireInside(span, options.words);
      const next = spans[index + 1];
      if (next !== undefined && overlap(span, next) > 0) {
        throw new Error(
          `garble: gold spans must not overlap, got [${span.start}, ${span.end}) and [${next.start}, ${next.end})`,
        );
      }
    }
    const answers: GarbledAnswer[] = [];
    const free = (answer: Interval, own: readonly Span[]) =>
      inside(answer, options) &&
      answers.every(({ initial }) => overlap(initial, answer) <= 0) &&
      spans.every((span) => own.includes(span) || overlap(span, answer) <= 0);

    for (let index = 0; index < spans.length; index++) {
      const span = spans[index] as Span;
      const next = spans[index + 1];
      const whole = next && { start: span.start, end: next.end };
      if (whole && random() < this.#joins(span, next) && free(whole, [span, next])) {
        const larger = next.end - next.start > span.end - span.start ? next : span;
        answers.push(this.#answer(whole, larger, 'joined', options));
        index++;
        continue;
      }
      const fits = (answer: Interval) => free(answer, [span]);
      const drawn = this.#draw(span, { random, fits, missable: true });
      for (const part of drawn.answers) {
        answers.push(this.#answer(part, span, drawn.operation, options));
      }
    }
    answers.push(...this.#spurious(options, (answer) => free(answer, [])));
    return answers.sort((a, b) => a.initial.start - b.initial.start);
  }

  #draw(
    gold: Span,
    {
      random,
      fits,
      missable,
    }: { random: Random; fits: (answer: Interval) => boolean; missable: boolean },
  ): { operation: Operation; answers: readonly Interval[] } {
    const { edits } = editRow(this.garbling, gold.end - gold.start, gold.label);
    const results = edits.map((edit) => applyEdit(gold, edit));
    const weights = edits.map(({ operation, p }, index) => {
      const possible = results[index]?.every(fits) && (missable || operation !== 'missed');
      return possible ? p : 0;
    });
    const chosen = drawIndex(weights, random);
    const operation = edits[chosen]?.operation ?? 'keep';
    return { operation, answers: results[chosen] ?? [gold] };
  }

  #joins(span: Span, next: Span): number {
    return this.garbling.joined[next.start - span.end] ?? 0;
  }

  #answer(
    { start, end }: Interval,
    gold: Span,
    operation: GarbledAnswer['operation'],
    options: GarbleOptions,
  ): GarbledAnswer {
    return { initial: { start, end, label: this.#relabel(gold.label, options) }, gold, operation };
  }

  #relabel(label: string, { labels = [], random }: GarbleOptions): string {
    const row = this.garbling.labels.find((candidate) => candidate.label === label);
    if (row !== undefined) {
      const index = drawIndex(
        row.answers.map(({ p }) => p),
        random,
      );
      return row.answers[index]?.label ?? label;
    }
    const others = labels.filter((other) => other !== label);
    if (others.length === 0 || random() >= this.garbling.relabelled) return label;
    return others[Math.floor(random() * others.length)] ?? label;
  }

  /** Spurious answers start at each free word with the garbling's rate. */
  #spurious(options: GarbleOptions, free: (answer: Interval) => boolean): GarbledAnswer[] {
    const { perWord, lengths, labels } = this.garbling.spurious;
    const named =
      labels.length > 0 ? labels : (options.labels ?? ['']).map((label) => ({ label, p: 1 }));
    const found: GarbledAnswer[] = [];
    for (let start = 0; start < options.words; start++) {
      const candidates = lengths.map((p, index) => ({ p, start, end: start + index + 1 }));
      if (!free({ start, end: start + 1 }) || options.random() >= perWord) continue;
      const chosen =
        candidates[
          drawIndex(
            candidates.map((candidate) => (free(candidate) ? candidate.p : 0)),
            options.random,
          )
        ];
      const label =
        named[
          drawIndex(
            named.map(({ p }) => p),
            options.random,
          )
        ]?.label;
      if (chosen === undefined || label === undefined) continue;
      found.push({ initial: { start, end: chosen.end, label }, gold: null, operation: 'spurious' });
      start = chosen.end - 1;
    }
    return found;
  }
}

function inside({ start, end }: Interval, { words, accept }: GarbleOptions): boolean {
  return start >= 0 && end <= words && start < end && (accept?.({ start, end }) ?? true);
}

function requireInside({ start, end }: Span, words: number): void {
  if (start >= 0 && start < end && end <= words) return;
  throw new Error(
    `garble: a gold span must be a non-empty part of its ${words} words, got [${start}, ${end}); check its offsets`,
  );
}

import type { Span } from '@calibre/metrics';
import { type EditCounts, ErrorCounts, key } from './counts.js';
import { type EditRow, editRow, type Garbling, type LabelRow } from './garbling.js';
import { presets } from './presets.js';

export interface EstimateOptions {
  readonly name?: string;
  /** Also p(… | length, label), which falls back on p(… | length). */
  readonly byLabel?: boolean;
  /** What rare events fall back on. */
  readonly prior?: Garbling;
  /** Observations that the prior counts for, in each row. */
  readonly strength?: number;
  /** Words of each sentence, for the rate of spurious answers; without it the prior's rate stays. */
  readonly words?: readonly number[];
}

/**
 * Estimates how a base model garbles, from gold spans and its predictions for the same sentences (paper 3.2.2). Each gold
 * span counts as one edit: kept or moved (one answer overlaps it), adjacent (one only touches it), split (several inside),
 * or missed; an answer over two gold spans counts as joined; an answer that belongs to none, as spurious.
 * Smoothed: p = (count + strength · prior) / (observations + strength).
 *
 * @param gold sentences of non-overlapping spans
 * @param predicted the base model's answers, sentence by sentence
 * @throws Error where the numbers of sentences differ
 */
export function estimateGarbling(
  gold: readonly (readonly Span[])[],
  predicted: readonly (readonly Span[])[],
  options: EstimateOptions = {},
): Garbling {
  const { name = 'estimated', prior = presets.table1, strength = 20 } = options;
  if (gold.length !== predicted.length) {
    throw new Error(
      `garble: gold and predicted must be the same sentences, got ${gold.length} and ${predicted.length}`,
    );
  }
  const counts = new ErrorCounts({
    maxLength: prior.maxLength,
    maxGap: prior.joined.length - 1,
  });
  for (const [index, spans] of gold.entries()) counts.add(spans, predicted[index] ?? []);

  /** (count + strength · prior) / (observations + strength) */
  const smooth: Smooth = (count, of, q) =>
    of + strength > 0 ? (count + strength * q) / (of + strength) : q;
  const labels = [...counts.confusions.keys()].sort();
  const edits = counts.edits.flatMap((byLabel, index) => {
    const fallback = editRow(prior, index + 1, '');
    const general = smoothedRow(byLabel.get(null), { ...fallback, label: null }, smooth);
    const labelled = options.byLabel ? labels : [];
    return [
      general,
      ...labelled.map((label) => smoothedRow(byLabel.get(label), { ...general, label }, smooth)),
    ];
  });
  return {
    version: 1,
    name,
    maxLength: prior.maxLength,
    edits,
    labels: labels.map((label) => labelRow(counts, label, { labels, prior, smooth })),
    relabelled: prior.relabelled,
    joined: counts.joined.map(({ count, of }, gap) => smooth(count, of, prior.joined[gap] ?? 0)),
    spurious: spuriousRates(counts, { words: options.words, labels, prior, smooth }),
  };
}

type Smooth = (count: number, of: number, q: number) => number;

/** `fallback` with what was counted mixed in: an edit in either has a place. */
function smoothedRow(counts: EditCounts | undefined, fallback: EditRow, smooth: Smooth): EditRow {
  if (counts === undefined) return { ...fallback, observed: 0 };
  const known = new Map(fallback.edits.map((edit) => [key(edit), edit.p]));
  const unforeseen = counts.edits().filter((edit) => !known.has(key(edit)));
  return {
    ...fallback,
    observed: counts.total,
    edits: [...fallback.edits, ...unforeseen].map(({ operation, left, right }) => {
      const edit = { operation, left, right };
      return { ...edit, p: smooth(counts.of(edit), counts.total, known.get(key(edit)) ?? 0) };
    }),
  };
}

function labelRow(
  counts: ErrorCounts,
  label: string,
  { labels, prior, smooth }: { labels: readonly string[]; prior: Garbling; smooth: Smooth },
): LabelRow {
  const row = counts.confusions.get(label) ?? new Map<string, number>();
  const seen = [...row.values()].reduce((sum, count) => sum + count, 0);
  const answers = [...new Set([...labels, ...row.keys()])].sort();
  const changed = answers.length > 1 ? prior.relabelled : 0;
  return {
    label,
    answers: answers.map((answer) => {
      const q = answer === label ? 1 - changed : changed / (answers.length - 1);
      return { label: answer, p: smooth(row.get(answer) ?? 0, seen, q) };
    }),
  };
}

function spuriousRates(
  { spurious, goldWords }: ErrorCounts,
  {
    words,
    labels,
    prior,
    smooth,
  }: {
    words: readonly number[] | undefined;
    labels: readonly string[];
    prior: Garbling;
    smooth: Smooth;
  },
): Garbling['spurious'] {
  const { perWord, lengths } = prior.spurious;
  const outside = (words ?? []).reduce((sum, n) => sum + n, 0) - goldWords;
  const named = [...new Set([...labels, ...spurious.map(({ label }) => label)])].sort();
  const countOf = (matches: (span: Span) => boolean) => spurious.filter(matches).length;
  return {
    perWord: words === undefined ? perWord : smooth(spurious.length, outside, perWord),
    lengths: lengths.map((q, index) => {
      const isLast = index === lengths.length - 1;
      const count = countOf(({ start, end }) =>
        isLast ? end - start > index : end - start === index + 1,
      );
      return smooth(count, spurious.length, q);
    }),
    labels: named.map((label) => ({
      label,
      p: smooth(
        countOf((span) => span.label === label),
        spurious.length,
        1 / named.length,
      ),
    })),
  };
}

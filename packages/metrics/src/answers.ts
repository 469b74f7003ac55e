/** Exact match and token F1 of extracted answers, as the SQuAD and MLQA scripts have them. */

import { type AnswerLanguage, type AnswerProtocol, normalizeAnswer } from './normalize.js';
import { f1Of } from './scores.js';

export interface AnswerItem {
  readonly id: string;
  /** null: not answered. Scores 0; under `squad2` it is the empty answer. */
  readonly prediction: string | null;
  /** Gold answers, the best counts. None: unanswerable, only under `squad2`. */
  readonly answers: readonly string[];
}

export interface AnswerScore {
  readonly id: string;
  readonly exactMatch: number;
  readonly f1: number;
}

/** Means over items, as fractions; 0 over none. */
export interface AnswerTotals {
  readonly exactMatch: number;
  readonly f1: number;
  readonly count: number;
}

export interface AnswerScores extends AnswerTotals {
  readonly items: readonly AnswerScore[];
  /** Items whose prediction is null. */
  readonly unanswered: number;
  /** Items with gold answers, and without (the HasAns and NoAns of SQuAD 2.0). */
  readonly answerable: AnswerTotals;
  readonly unanswerable: AnswerTotals;
}

/**
 * @param items in any order
 * @param options `language` is needed by `mlqa` only
 * @throws RangeError for an id given twice, an item without gold answers outside `squad2`, or an unknown language
 * @see facebookresearch/MLQA `mlqa_evaluation_v1.py`; SQuAD `evaluate-v1.1.py`, `evaluate-v2.0.py`
 */
export function scoreAnswers(
  items: readonly AnswerItem[],
  options: { protocol: AnswerProtocol; language?: AnswerLanguage },
): AnswerScores {
  if (options.protocol === 'mlqa' && !options.language)
    throw new RangeError(
      'scoreAnswers: mlqa needs the language of the answers, got none; pass language',
    );
  const seen = new Set<string>();
  const scores = items.map((item): AnswerScore => {
    const { id, answers } = item;
    if (seen.has(id))
      throw new RangeError(`scoreAnswers: an id names one question, got ${id} twice; drop one`);
    seen.add(id);
    if (answers.length === 0 && options.protocol !== 'squad2')
      throw new RangeError(
        `scoreAnswers: ${id}: ${options.protocol} needs a gold answer, got none; only squad2 knows unanswerable questions`,
      );
    return { id, ...scoreAnswer(item, options) };
  });
  const totalsOf = (part: readonly AnswerScore[]): AnswerTotals => {
    const mean = (of: 'exactMatch' | 'f1') =>
      part.reduce((total, score) => total + score[of], 0) / (part.length || 1);
    return { exactMatch: mean('exactMatch'), f1: mean('f1'), count: part.length };
  };
  return {
    ...totalsOf(scores),
    items: scores,
    unanswered: items.filter(({ prediction }) => prediction === null).length,
    answerable: totalsOf(scores.filter((_, i) => items[i]!.answers.length > 0)),
    unanswerable: totalsOf(scores.filter((_, i) => items[i]!.answers.length === 0)),
  };
}

function scoreAnswer(
  { prediction, answers }: AnswerItem,
  options: { protocol: AnswerProtocol; language?: AnswerLanguage },
): { exactMatch: number; f1: number } {
  const squad2 = options.protocol === 'squad2';
  if (prediction === null && !squad2) return { exactMatch: 0, f1: 0 };
  const found = normalizeAnswer(prediction ?? '', options);
  let golds = answers.map((answer) => normalizeAnswer(answer, options));
  if (squad2) {
    golds = golds.filter((gold) => gold !== '');
    if (golds.length === 0) golds.push('');
  }
  const f1 = golds.map((gold) =>
    squad2 && !(gold && found) ? Number(gold === found) : tokenF1(found, gold),
  );
  return { exactMatch: golds.includes(found) ? 1 : 0, f1: Math.max(...f1) };
}

/** F1 of two texts as bags of tokens parted by spaces; 0 where they share none, even if both are empty. */
function tokenF1(found: string, gold: string): number {
  const foundTokens = found.split(' ');
  const goldTokens = gold.split(' ');
  const left = new Map<string, number>();
  for (const token of goldTokens) left.set(token, (left.get(token) ?? 0) + 1);
  let shared = 0;
  for (const token of foundTokens) {
    const count = left.get(token) ?? 0;
    if (!token || !count) continue;
    left.set(token, count - 1);
    shared++;
  }
  return shared ? f1Of(shared / foundTokens.length, shared / goldTokens.length) : 0;
}

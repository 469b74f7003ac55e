/** Fits the margins by which an edit must win (decision 0003) on a development set, by cross-validation and counting harm. */
import { decideAll, finalAnswers, type Margins } from '@calibre/model';
import {
  type AnswerCounts,
  addCounts,
  countAnswers,
  type Estimate,
  f1Of,
  noCounts,
  type ReadSentence,
  scoreAnswers,
} from './answer-counts.js';
import { foldsOf } from './folds.js';

export interface FitMarginsOptions {
  /** The labels of the network that read, `NONE` first. */
  readonly labels: readonly string[];
  readonly seed: number;
  /** Default 5. */
  readonly folds?: number;
  /** Margins tried for each kind of edit; Infinity is always among them. */
  readonly candidates?: readonly number[];
  /** A broken answer counts as this many; above 1 the fit is shy. */
  readonly harmWeight?: number;
  readonly rule?: MarginRule;
  /** Margins that stay where the sentences do not speak against them. Default: leave alone. */
  readonly start?: Margins;
}

/**
 * `gain`: the margins that raise F1 most, for text like the sentences. `no harm`: the smallest that do not lower it and give
 * up at most .0005 of the most that can be had, for text unlike them, where the base model errs more: among answers that are
 * nearly all right there is hardly a gain to find. Labels, which each corpus uses in its own way, are then left alone.
 */
export type MarginRule = 'gain' | 'no harm';

export interface FittedMargins extends Estimate {
  /** Infinity throughout where `gain` finds none by cross-validation: leave the answers alone. */
  readonly margins: Margins;
}

/** No edit at all. */
export const leaveAlone: Margins = { move: Infinity, drop: Infinity, relabel: Infinity };

// Not given in the paper: docs/decisions/0003.
const defaults = {
  folds: 5,
  candidates: [0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10],
  harmWeight: 1.5,
  rule: 'gain' as MarginRule,
  start: leaveAlone,
};

/** F1 that `no harm` gives up for smaller margins: a guess, far below what a development set can tell. */
const givenUp = 0.0005;

/** Kinds of edit in the order in which they are fitted. */
const kinds = ['move', 'drop', 'relabel'] as const satisfies readonly (keyof Margins)[];

const fittedKinds = { gain: kinds, 'no harm': kinds.filter((kind) => kind !== 'relabel') };

/** Margins by one of two rules; see {@link MarginRule} and {@link FittedMargins}. */
export function fitMargins(
  sentences: readonly ReadSentence[],
  options: FitMarginsOptions,
): FittedMargins {
  const { folds, candidates, harmWeight, rule, start, labels, seed } = { ...defaults, ...options };
  const foldOf = foldsOf(sentences.length, { folds, seed });
  const allFolds = Array.from({ length: folds }, (_, fold) => fold);
  const countsOf = countsByFold(sentences, { labels, foldOf, folds });
  const tried = [Infinity, ...[...candidates].sort((a, b) => b - a)];
  const total = (margins: Margins, used: readonly number[]) =>
    used.map((fold) => countsOf(margins)[fold] as AnswerCounts).reduce(addCounts);
  const objective = ({ correct, broken, ...counts }: AnswerCounts) =>
    f1Of({ ...counts, broken, correct: correct - (harmWeight - 1) * broken });

  // Coordinate ascent, twice over the kinds.
  const fit = (used: readonly number[]): Margins => {
    const objectiveOf = (margins: Margins) => objective(total(margins, used));
    const untouched = objectiveOf(leaveAlone);
    let best = { margins: start, value: objectiveOf(start) };
    for (const kind of [...fittedKinds[rule], ...fittedKinds[rule]]) {
      const values = tried.map((margin) => {
        const margins = { ...best.margins, [kind]: margin };
        return { margins, value: objectiveOf(margins) };
      });
      const most = values.reduce((a, b) => (b.value > a.value ? b : a), best);
      const enough = Math.max(untouched, most.value - givenUp);
      best = rule === 'gain' ? most : (values.findLast(({ value }) => value >= enough) ?? most);
    }
    return best.margins;
  };

  const before = f1Of(total(leaveAlone, allFolds));
  const ofFolds = allFolds.map((fold) => fit(allFolds.filter((other) => other !== fold)));
  const held = ofFolds.map((margins, fold) => total(margins, [fold])).reduce(addCounts);
  const helps = rule === 'no harm' || objective(held) > before;
  const harmless = objective(total(start, allFolds)) >= before;
  return {
    margins: helps ? fit(allFolds) : harmless ? start : leaveAlone,
    before,
    crossValidated: f1Of(held),
    fixed: held.fixed,
    broken: held.broken,
  };
}

/** What given margins do to the answers. Nothing is fitted, so the estimate is of all sentences at once. */
export function scoreMargins(
  sentences: readonly ReadSentence[],
  { labels, margins }: { readonly labels: readonly string[]; readonly margins: Margins },
): FittedMargins {
  const final = sentences.map(({ answers }) =>
    finalAnswers(decideAll(answers, { labels, margins })),
  );
  return { margins, ...scoreAnswers(sentences, final) };
}

/** Counts of each fold under given margins, computed once for each. */
function countsByFold(
  sentences: readonly ReadSentence[],
  { labels, foldOf, folds }: { labels: readonly string[]; foldOf: Uint8Array; folds: number },
): (margins: Margins) => readonly AnswerCounts[] {
  const known = new Map<string, readonly AnswerCounts[]>();
  const compute = (margins: Margins) => {
    const counts = Array.from({ length: folds }, () => noCounts);
    for (const [index, { gold, answers }] of sentences.entries()) {
      const fold = foldOf[index] as number;
      const initial = answers.map((answer) => answer.initial);
      const after = finalAnswers(decideAll(answers, { labels, margins }));
      const own = countAnswers(gold, { initial, after });
      counts[fold] = addCounts(counts[fold] as AnswerCounts, own);
    }
    return counts;
  };
  return (margins) => {
    const name = kinds.map((kind) => margins[kind]).join();
    const counts = known.get(name) ?? compute(margins);
    known.set(name, counts);
    return counts;
  };
}

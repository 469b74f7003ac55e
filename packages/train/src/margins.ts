/** Fits the margins by which an edit must win (decision 0003) on a development set, by cross-validation and counting harm. */
import type { Span } from '@calibre/metrics';
import { decideAll, finalAnswers, type Margins, type ReadAnswer } from '@calibre/model';
import { foldsOf } from './folds.js';

/** A sentence with its gold answers and what was read of its initial ones. */
export interface ReadSentence {
  readonly gold: readonly Span[];
  readonly answers: readonly ReadAnswer[];
}

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

export interface FittedMargins {
  /** Infinity throughout where `gain` finds none by cross-validation: leave the answers alone. */
  readonly margins: Margins;
  /** F1 of the initial answers. */
  readonly before: number;
  /** F1 with margins fitted on the other folds: an honest estimate of what the margins give on new text. */
  readonly crossValidated: number;
  /** Gold answers won and lost in that estimate. */
  readonly fixed: number;
  readonly broken: number;
  /** The margins behind that estimate: of each fold of `foldsOf(sentences.length, …)`, fitted on the others. */
  readonly ofFolds: readonly Margins[];
}

const leaveAlone: Margins = { move: Infinity, drop: Infinity, relabel: Infinity };

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

/** Counts over sentences; F1 = 2·correct / (answered + gold). */
interface Counts {
  readonly correct: number;
  readonly answered: number;
  readonly gold: number;
  readonly fixed: number;
  readonly broken: number;
}

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
    used.map((fold) => countsOf(margins)[fold] as Counts).reduce(add);
  const objective = ({ correct, broken, ...counts }: Counts) =>
    f1({ ...counts, broken, correct: correct - (harmWeight - 1) * broken });

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

  const before = f1(total(leaveAlone, allFolds));
  const ofFolds = allFolds.map((fold) => fit(allFolds.filter((other) => other !== fold)));
  const held = ofFolds.map((margins, fold) => total(margins, [fold])).reduce(add);
  const helps = rule === 'no harm' || objective(held) > before;
  const harmless = objective(total(start, allFolds)) >= before;
  return {
    margins: helps ? fit(allFolds) : harmless ? start : leaveAlone,
    before,
    crossValidated: f1(held),
    fixed: held.fixed,
    broken: held.broken,
    ofFolds,
  };
}

/** What given margins do to the answers. Nothing is fitted, so the estimate is of all sentences at once. */
export function scoreMargins(
  sentences: readonly ReadSentence[],
  { labels, margins }: { readonly labels: readonly string[]; readonly margins: Margins },
): FittedMargins {
  const foldOf = new Uint8Array(sentences.length);
  const countsOf = countsByFold(sentences, { labels, foldOf, folds: 1 });
  const [before, after] = [leaveAlone, margins].map((each) => countsOf(each)[0] as Counts);
  const { fixed, broken } = after as Counts;
  const [own, crossValidated] = [f1(before as Counts), f1(after as Counts)];
  return { margins, before: own, crossValidated, fixed, broken, ofFolds: [margins] };
}

/** Counts of each fold under given margins, computed once for each. */
function countsByFold(
  sentences: readonly ReadSentence[],
  { labels, foldOf, folds }: { labels: readonly string[]; foldOf: Uint8Array; folds: number },
): (margins: Margins) => readonly Counts[] {
  const known = new Map<string, readonly Counts[]>();
  const compute = (margins: Margins) => {
    const counts = Array.from({ length: folds }, () => nothing);
    for (const [index, { gold, answers }] of sentences.entries()) {
      const fold = foldOf[index] as number;
      const initial = keysOf(answers.map((answer) => answer.initial));
      const after = keysOf(finalAnswers(decideAll(answers, { labels, margins })));
      counts[fold] = add(counts[fold] as Counts, countsOf(keysOf(gold), { initial, after }));
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

type Keys = ReadonlySet<string>;

const keysOf = (spans: readonly Span[]): Keys =>
  new Set(spans.map(({ start, end, label }) => `${start} ${end} ${label}`));

function countsOf(gold: Keys, { initial, after }: { initial: Keys; after: Keys }): Counts {
  const found = [...gold].filter((key) => after.has(key));
  const foundBefore = [...gold].filter((key) => initial.has(key));
  return {
    correct: found.length,
    answered: after.size,
    gold: gold.size,
    fixed: found.filter((key) => !initial.has(key)).length,
    broken: foundBefore.filter((key) => !after.has(key)).length,
  };
}

const nothing: Counts = { correct: 0, answered: 0, gold: 0, fixed: 0, broken: 0 };

const add = (a: Counts, b: Counts): Counts => ({
  correct: a.correct + b.correct,
  answered: a.answered + b.answered,
  gold: a.gold + b.gold,
  fixed: a.fixed + b.fixed,
  broken: a.broken + b.broken,
});

const f1 = ({ correct, answered, gold }: Counts) =>
  answered + gold === 0 ? 0 : (2 * correct) / (answered + gold);

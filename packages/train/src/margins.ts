/**
 * Fits the margins by which an edit must win (decision 0003) on a development set, by cross-validation and counting harm.
 * What margins mean is the caller's: it is given margins and returns the calibrated answers.
 */
import type { Span } from '@calibre/metrics';
import { foldsOf } from './folds.js';

/** How far, in log-probability, each kind of edit must beat the initial answer; Infinity forbids it. */
export type MarginsOf<Kind extends string> = Readonly<Record<Kind, number>>;

export interface MarginTask<Kind extends string, Answer> {
  /** Kinds of edit, fitted in this order. */
  readonly kinds: readonly Kind[];
  readonly sentences: readonly {
    readonly gold: readonly Span[];
    readonly initial: readonly Span[];
    readonly answers: readonly Answer[];
  }[];
  /** The calibrated answers of one sentence under some margins. */
  readonly decide: (answers: readonly Answer[], margins: MarginsOf<Kind>) => readonly Span[];
}

export interface FitMarginsOptions {
  readonly seed: number;
  /** Default 5. */
  readonly folds?: number;
  /** Margins tried for each kind; Infinity is always among them. */
  readonly candidates?: readonly number[];
  /** A broken answer counts as this many; above 1 the fit is shy. */
  readonly harmWeight?: number;
}

export interface FittedMargins<Kind extends string> {
  /** Infinity throughout when cross-validation finds no gain: leave the answers alone. */
  readonly margins: MarginsOf<Kind>;
  /** F1 of the initial answers. */
  readonly before: number;
  /** F1 with margins fitted on the other folds: an honest estimate of what the margins give on new text. */
  readonly crossValidated: number;
  readonly fixed: number;
  readonly broken: number;
}

// Not given in the paper: docs/decisions/0003.
const defaults = {
  folds: 5,
  candidates: [0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10],
  harmWeight: 1.5,
};

/** Counts over sentences; F1 = 2·correct / (answered + gold). */
interface Counts {
  correct: number;
  answered: number;
  gold: number;
  fixed: number;
  broken: number;
}

/** Margins that raise F1 most on the other folds; see {@link FittedMargins}. */
export function fitMargins<Kind extends string, Answer>(
  task: MarginTask<Kind, Answer>,
  options: FitMarginsOptions,
): FittedMargins<Kind> {
  const { folds, candidates, harmWeight } = { ...defaults, ...options };
  const foldOf = foldsOf(task.sentences.length, { folds, seed: options.seed });
  const allFolds = Array.from({ length: folds }, (_, fold) => fold);
  const countsOf = countsByFold(task, foldOf, folds);
  const tried = [Number.POSITIVE_INFINITY, ...[...candidates].sort((a, b) => b - a)];
  const keep = Object.fromEntries(task.kinds.map((kind) => [kind, Number.POSITIVE_INFINITY]));
  const nothing = keep as MarginsOf<Kind>;

  const total = (margins: MarginsOf<Kind>, used: readonly number[]) => {
    const perFold = countsOf(margins);
    return used.map((fold) => perFold[fold] as Counts).reduce(add, emptyCounts());
  };
  const objective = (counts: Counts) =>
    f1({ ...counts, correct: counts.correct - (harmWeight - 1) * counts.broken });

  // Coordinate ascent from "leave alone", twice over the kinds; a smaller margin must be strictly better.
  const fit = (used: readonly number[]): MarginsOf<Kind> => {
    let best = { margins: nothing, value: objective(total(nothing, used)) };
    for (const kind of [...task.kinds, ...task.kinds])
      for (const margin of tried) {
        const margins = { ...best.margins, [kind]: margin };
        const value = objective(total(margins, used));
        if (value > best.value) best = { margins, value };
      }
    return best.margins;
  };

  const before = f1(total(nothing, allFolds));
  const held = allFolds.map((fold) =>
    total(fit(allFolds.filter((other) => other !== fold)), [fold]),
  );
  const crossValidated = held.reduce(add, emptyCounts());
  const helps = objective(crossValidated) > before;
  return {
    margins: helps ? fit(allFolds) : nothing,
    before,
    crossValidated: f1(crossValidated),
    fixed: crossValidated.fixed,
    broken: crossValidated.broken,
  };
}

/** Counts of each fold under given margins, computed once for each. */
function countsByFold<Kind extends string, Answer>(
  { sentences, decide, kinds }: MarginTask<Kind, Answer>,
  foldOf: Uint8Array,
  folds: number,
): (margins: MarginsOf<Kind>) => readonly Counts[] {
  const keys = sentences.map(({ gold, initial }) => ({
    gold: new Set(gold.map(keyOf)),
    initial: new Set(initial.map(keyOf)),
  }));
  const known = new Map<string, readonly Counts[]>();
  const compute = (margins: MarginsOf<Kind>) => {
    const counts = Array.from({ length: folds }, emptyCounts);
    for (const [index, sentence] of sentences.entries()) {
      const { gold, initial } = keys[index] as (typeof keys)[number];
      const after = new Set(decide(sentence.answers, margins).map(keyOf));
      const total = counts[foldOf[index] as number] as Counts;
      total.answered += after.size;
      total.gold += gold.size;
      for (const key of gold) {
        const wasRight = initial.has(key);
        const isRight = after.has(key);
        if (isRight) total.correct++;
        if (isRight && !wasRight) total.fixed++;
        if (wasRight && !isRight) total.broken++;
      }
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

const keyOf = ({ start, end, label }: Span) => `${start},${end},${label}`;

const emptyCounts = (): Counts => ({ correct: 0, answered: 0, gold: 0, fixed: 0, broken: 0 });

const add = (a: Counts, b: Counts): Counts => ({
  correct: a.correct + b.correct,
  answered: a.answered + b.answered,
  gold: a.gold + b.gold,
  fixed: a.fixed + b.fixed,
  broken: a.broken + b.broken,
});

const f1 = ({ correct, answered, gold }: Counts) =>
  answered + gold === 0 ? 0 : (2 * correct) / (answered + gold);

/** The goals of the XGLUE recipe, what was reached, and both as a table. Changes of F1 in points. */
import type { ScoresByLanguage, XglueScores } from './xglue.js';

/** One line of the table: a way to use the calibrator and what it is to bring. */
export interface Goal {
  readonly name: string;
  readonly scores: (seed: XglueScores) => ScoresByLanguage | undefined;
  /** Least mean change over the languages but English. */
  readonly mean: number;
  /** Least change of each of them. */
  readonly each: number;
  /** Least change of languages that have a goal of their own. */
  readonly least: Readonly<Record<string, number>>;
}

const none = Number.NEGATIVE_INFINITY;

export const xglueGoals: readonly Goal[] = [
  {
    name: 'zero-shot, decision learned on English',
    scores: ({ zeroShot }) => zeroShot,
    mean: 0.8,
    each: -0.1,
    least: { en: 0 },
  },
  {
    name: 'decision cross-validated',
    scores: ({ crossValidated }) => crossValidated,
    mean: 1.5,
    each: 0,
    least: {},
  },
  {
    name: 'our own tagger, decision cross-validated',
    scores: ({ ownTagger }) => ownTagger,
    mean: 0,
    each: 0.01,
    least: { en: 0.01 },
  },
  {
    name: 'adapted, 100 sentences',
    scores: ({ adapted }) => adapted[100],
    mean: 1.5,
    each: 0,
    least: { es: 2.5 },
  },
  {
    name: 'adapted, 500 sentences',
    scores: ({ adapted }) => adapted[500],
    mean: 2,
    each: none,
    least: {},
  },
];

/** A change of F1 with its interval, in points. */
export interface Change {
  readonly change: number;
  readonly low: number;
  readonly high: number;
}

export interface Reached {
  readonly goal: Goal;
  /** Mean over the seeds, by language; the interval is the widest of theirs. */
  readonly languages: Readonly<Record<string, Change>>;
  /** Of all languages but English, which are independent: half-widths are added as squares. */
  readonly mean: Change;
  readonly met: boolean;
}

/** What each goal came to, of those that were measured; a goal is met where the mean's interval is above 0 too. */
export function reachedGoals(seeds: readonly XglueScores[]): Reached[] {
  return xglueGoals.flatMap((goal) => {
    const measured = seeds.map(goal.scores).filter((scores) => scores !== undefined);
    if (measured.length === 0) return [];
    const languages = Object.fromEntries(
      Object.keys(measured[0] as ScoresByLanguage).map((language) => [
        language,
        overSeeds(measured, language),
      ]),
    );
    const targets = Object.entries(languages).filter(([language]) => language !== 'en');
    const mean = meanOf(targets.map(([, change]) => change));
    const met =
      mean.change >= goal.mean &&
      mean.low > 0 &&
      targets.every(([, { change }]) => change >= goal.each) &&
      Object.entries(goal.least).every(
        ([language, least]) => (languages[language]?.change ?? least) >= least,
      );
    return [{ goal, languages, mean, met }];
  });
}

function overSeeds(measured: readonly ScoresByLanguage[], language: string): Change {
  const scores = measured.flatMap((byLanguage) => byLanguage[language] ?? []);
  const points = scores.map(({ difference, interval: [low, high] }) =>
    [difference, low, high].map((share) => 100 * share),
  ) as [number, number, number][];
  return {
    change: points.reduce((sum, [change]) => sum + change, 0) / points.length,
    low: Math.min(...points.map(([, low]) => low)),
    high: Math.max(...points.map(([, , high]) => high)),
  };
}

function meanOf(changes: readonly Change[]): Change {
  const n = changes.length;
  const change = changes.reduce((sum, own) => sum + own.change, 0) / n;
  const width = (of: (own: Change) => number) =>
    Math.sqrt(changes.reduce((sum, own) => sum + of(own) ** 2, 0)) / n;
  return {
    change,
    low: change - width((own) => own.change - own.low),
    high: change + width((own) => own.high - own.change),
  };
}

/** Rows of cells, the header first: `+1.03 [0.80, 1.30]`. */
export function goalsTable(reached: readonly Reached[]): string[][] {
  const names = [...new Set(reached.flatMap(({ languages }) => Object.keys(languages)))];
  return [
    ['', ...names, 'mean without en', 'goal', ''],
    ...reached.map(({ goal, languages, mean, met }) => [
      goal.name,
      ...names.map((language) => shown(languages[language])),
      shown(mean),
      goalText(goal),
      met ? 'met' : 'missed',
    ]),
  ];
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

const shown = (change: Change | undefined) =>
  change === undefined
    ? '–'
    : `${signed(change.change)} [${signed(change.low)}, ${signed(change.high)}]`;

function goalText({ mean, each, least }: Goal): string {
  const own = Object.entries(least).map(([language, value]) => `${language} ≥ ${signed(value)}`);
  const all = each === none ? [] : [`each ≥ ${signed(each)}`];
  return [`mean ≥ ${signed(mean)}`, ...all, ...own].join(', ');
}

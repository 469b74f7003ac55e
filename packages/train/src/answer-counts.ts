/** What a calibrator made of read answers, counted against the gold ones. */
import type { Span } from '@calibre/metrics';
import { type CalibratedSpan, finalAnswers, type ReadPassage } from '@calibre/model';

/** A sentence with its gold answers and what was read of its initial ones. */
export interface ReadSentence extends ReadPassage {
  readonly gold: readonly Span[];
}

/** The answers that remain of a sentence, without what is said of them. */
export const finalSpans = (decided: readonly CalibratedSpan[]): Span[] =>
  finalAnswers(decided).map(({ start, end, label }) => ({ start, end, label }));

/** Counts over sentences; F1 = 2·correct / (answered + gold). */
export interface AnswerCounts {
  readonly correct: number;
  readonly answered: number;
  readonly gold: number;
  /** Gold answers won, and lost. */
  readonly fixed: number;
  readonly broken: number;
}

type Keys = ReadonlySet<string>;

const keysOf = (spans: readonly Span[]): Keys =>
  new Set(spans.map(({ start, end, label }) => `${start} ${end} ${label}`));

export function countAnswers(
  goldSpans: readonly Span[],
  spans: { readonly initial: readonly Span[]; readonly after: readonly Span[] },
): AnswerCounts {
  const [gold, initial, after] = [goldSpans, spans.initial, spans.after].map(keysOf) as [
    Keys,
    Keys,
    Keys,
  ];
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

export const noCounts: AnswerCounts = { correct: 0, answered: 0, gold: 0, fixed: 0, broken: 0 };

export const addCounts = (a: AnswerCounts, b: AnswerCounts): AnswerCounts => ({
  correct: a.correct + b.correct,
  answered: a.answered + b.answered,
  gold: a.gold + b.gold,
  fixed: a.fixed + b.fixed,
  broken: a.broken + b.broken,
});

export const f1Of = ({ correct, answered, gold }: AnswerCounts): number =>
  answered + gold === 0 ? 0 : (2 * correct) / (answered + gold);

/** What calibrating does to a corpus. */
export interface Estimate {
  /** F1 of the initial answers, and of the calibrated ones by what was fitted on other sentences. */
  readonly before: number;
  readonly crossValidated: number;
  /** Gold answers won and lost. */
  readonly fixed: number;
  readonly broken: number;
}

/** What became of the initial answers. Whether `final` comes of other sentences is the caller's word. */
export function scoreAnswers(
  sentences: readonly ReadSentence[],
  final: readonly (readonly Span[])[],
): Estimate {
  const total = (after: (sentence: ReadSentence, index: number) => readonly Span[]) =>
    sentences
      .map((sentence, index) => {
        const initial = sentence.answers.map((answer) => answer.initial);
        return countAnswers(sentence.gold, { initial, after: after(sentence, index) });
      })
      .reduce(addCounts, noCounts);
  const { fixed, broken, ...counts } = total((_, index) => final[index] as readonly Span[]);
  const untouched = total(({ answers }) => answers.map(({ initial }) => initial));
  return {
    before: f1Of(untouched),
    crossValidated: f1Of({ ...counts, fixed, broken }),
    fixed,
    broken,
  };
}

/** The estimate alone of something fitted. */
export const estimateOf = ({ before, crossValidated, fixed, broken }: Estimate): Estimate => ({
  before,
  crossValidated,
  fixed,
  broken,
});

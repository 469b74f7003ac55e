/** A candidate as the numbers that the decision's trees read. */

import type { Span } from '@calibre/metrics';
import { bestOther, type Reading } from '../calibrator/decode.js';
import { wordShape } from '../network/word-shape.js';
import type { AnsweredPassage } from './answered-passage.js';
import type { Candidate } from './candidates.js';
import { surfaceOf, type TextStatistics } from './text-statistics.js';

/**
 * Names of the columns, in their order. Scores are log-probabilities, at least −15; a shape is the number of a word shape,
 * −1 beyond the sentence; counts enter as log(1 + count).
 */
export const decisionFeatures = [
  'score', // of the candidate's span
  'initialScore',
  'noAnswerScore',
  'otherScore', // of the best other span
  'gain', // score − initialScore
  'gainOverNoAnswer', // score − noAnswerScore
  'labelScore', // of the candidate's label at its span
  'labelGain', // over the initial label there
  'labelGap', // to the best label there
  'noneScore', // of the label NONE there
  'baseScore', // that the base model gave the initial answer; −1 where it gave none
  'unchanged',
  'moved',
  'agreeing', // answers elsewhere with the same words and label
  'disagreeing', // answers elsewhere with the same words and another label
  'agreement', // agreeing ⁄ (1 + agreeing + disagreeing), counts themselves
  'answered', // share of its words' other occurrences that are answered; −1 where there are none
  'answeredBefore', // the same of the word before
  'answeredAfter', // and of the word after
  'label',
  'initialLabel',
  'firstShape',
  'lastShape',
  'shapeBefore',
  'shapeAfter',
  'words',
  'initialWords',
  'overlapping', // other initial answers that it overlaps, at most 2
  'repeated', // whether another initial answer has its boundaries
] as const;

/** The initial answer that is asked about. */
export interface DecisionContext {
  readonly passage: AnsweredPassage;
  /** Its place among the passage's answers, and what was read of it. */
  readonly index: number;
  readonly reading: Reading;
  readonly labels: readonly string[];
  /** Of the text that the passage is part of. */
  readonly statistics: TextStatistics;
}

const leastScore = -15;
const bounded = (score: number) => Math.max(score, leastScore);

/** One row for each candidate, in the order of {@link decisionFeatures}. */
export function featuresOf(
  candidates: readonly Candidate[],
  context: DecisionContext,
): Float32Array[] {
  const { passage, index, reading, labels, statistics } = context;
  const { words, covered } = passage;
  const initial = passage.spans[index] as Span;
  const initialSurface = surfaceOf(words, initial);
  const known = labels.indexOf(initial.label);
  const other = bounded(bestOther(reading)?.score ?? leastScore);
  const [own, noAnswer] = [bounded(reading.initial.score), bounded(reading.noAnswer)];

  const shape = (place: number) =>
    place < 0 || place >= words.length ? -1 : wordShape(words[place] as string);
  const shareAt = (place: number) =>
    place < 0 || place >= words.length
      ? -1
      : statistics.shareAnswered(words[place] as string, covered[place] === 1);

  return candidates.map(({ span, label, moved, unchanged }) => {
    const { start, end } = span;
    const labelScore = (of: number) => bounded(span.labels[of] ?? 0);
    const best = Math.max(...labels.slice(1).map((_, place) => labelScore(place + 1)));
    const surface = surfaceOf(words, span);
    const answers = statistics.answers(surface);
    const itself = (of: number) => Number(surface === initialSurface && of === known);
    let [agreeing, disagreeing] = [0, 0];
    for (const [name, count] of answers) {
      const elsewhere = Math.max(0, count - itself(labels.indexOf(name)));
      if (name === labels[label]) agreeing += elsewhere;
      else disagreeing += elsewhere;
    }
    const places = Array.from({ length: end - start }, (_, place) => start + place);
    const shares = places.map(shareAt).filter((share) => share >= 0);
    const score = bounded(span.score);
    const row: Record<(typeof decisionFeatures)[number], number> = {
      score,
      initialScore: own,
      noAnswerScore: noAnswer,
      otherScore: other,
      gain: score - own,
      gainOverNoAnswer: score - noAnswer,
      labelScore: labelScore(label),
      labelGain: labelScore(label) - labelScore(known),
      labelGap: labelScore(label) - best,
      noneScore: labelScore(0),
      baseScore: initial.score ?? -1,
      unchanged: Number(unchanged),
      moved: Number(moved),
      agreeing: Math.log1p(agreeing),
      disagreeing: Math.log1p(disagreeing),
      agreement: agreeing / (1 + agreeing + disagreeing),
      answered: shares.length === 0 ? -1 : shares.reduce((a, b) => a + b, 0) / shares.length,
      answeredBefore: shareAt(start - 1),
      answeredAfter: shareAt(end),
      label,
      initialLabel: known,
      firstShape: shape(start),
      lastShape: shape(end - 1),
      shapeBefore: shape(start - 1),
      shapeAfter: shape(end),
      words: end - start,
      initialWords: initial.end - initial.start,
      overlapping: Math.min(2, passage.overlapping(span, index)),
      repeated: Number(passage.repeats(span, index)),
    };
    return Float32Array.from(decisionFeatures, (name) => row[name]);
  });
}

/** What repairing only the labels, or only the boundaries, could gain (paper Table 2). */
import { type Category, categoryOf } from './errors.js';
import { SpanIndex } from './overlap.js';
import { type Scores, scoresOf } from './scores.js';
import { compareSpans, forEachSentence, type Span } from './span.js';

export interface OracleScores {
  readonly actual: Scores;
  /** Every prediction with right boundaries gets the right label. */
  readonly type: Scores;
  /** Every wrong prediction that overlaps a gold span of its label, each gold span once, gets its boundaries. */
  readonly boundary: Scores;
}

/**
 * Micro scores as they are, with the labels repaired, and with the boundaries repaired. The numbers of predictions and of
 * gold spans stay: only `correct` grows. The boundary repair is a maximum one-to-one matching between wrong predictions and
 * gold spans not yet found, of the same label and overlapping.
 * @param gold spans of each sentence
 * @param predicted spans of each sentence, in the same order
 * @throws RangeError for corpora of different length and for empty or reversed spans
 */
export function oracleScores(
  gold: readonly (readonly Span[])[],
  predicted: readonly (readonly Span[])[],
): OracleScores {
  const totals = { support: 0, predicted: 0, correct: 0 };
  let type = 0;
  let boundary = 0;
  forEachSentence('oracleScores', { gold, predicted }, (golds, predictions) => {
    const index = new SpanIndex(golds);
    const free = new Set(golds.keys());
    // Exact pairs first, label before boundaries, each gold span once.
    const pair = (category: Category, candidates: readonly Span[]) =>
      candidates.filter((span) => {
        const match = [...index.near(span)].find(
          (i) => free.has(i) && categoryOf(span, golds[i]!) === category,
        );
        return match === undefined || !free.delete(match);
      });
    const wrong = pair('correct', predictions);
    totals.support += golds.length;
    totals.predicted += predictions.length;
    totals.correct += predictions.length - wrong.length;
    boundary += matchingSize(
      wrong
        .toSorted(compareSpans)
        .map((span) =>
          [...index.near(span)].filter((i) => free.has(i) && golds[i]!.label === span.label),
        ),
    );
    type += wrong.length - pair('type', wrong).length;
  });
  return {
    actual: scoresOf(totals),
    type: scoresOf({ ...totals, correct: totals.correct + type }),
    boundary: scoresOf({ ...totals, correct: totals.correct + boundary }),
  };
}

/** Size of a maximum bipartite matching, by shortest augmenting paths. @param neighbours right nodes of each left node */
function matchingSize(neighbours: readonly (readonly number[])[]): number {
  const leftOf = new Map<number, number>();
  const rightOf = new Map<number, number>();
  const augment = (root: number): void => {
    const reachedFrom = new Map<number, number>(); // right → left
    const queue = [root];
    for (const left of queue)
      for (const right of neighbours[left]!) {
        if (reachedFrom.has(right)) continue;
        reachedFrom.set(right, left);
        const holder = leftOf.get(right);
        if (holder !== undefined) {
          queue.push(holder);
          continue;
        }
        // A free right node: along the path back, each left node takes the node it reached and gives up its own.
        for (let taken: number | undefined = right; taken !== undefined; ) {
          const taker: number = reachedFrom.get(taken)!;
          const given = rightOf.get(taker);
          leftOf.set(taken, taker);
          rightOf.set(taker, taken);
          taken = given;
        }
        return;
      }
  };
  for (const left of neighbours.keys()) augment(left);
  return leftOf.size;
}

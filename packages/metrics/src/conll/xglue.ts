/** The score that XGLUE's own script gives a prediction file of its NER task. */
import { TagScorer, type TagScores } from '../entities.js';
import type { TextSource } from './lines.js';
import { readConll } from './reader.js';
import { columnOf } from './sentence.js';

export interface XglueScores extends TagScores {
  /** Words the prediction file says nothing of; they count as O, as in the script. */
  readonly paddedTags: number;
}

/**
 * Scores a file of predictions, one tag a line and blank lines as in the gold file, against a file whose last column is the tag.
 * `micro.f1` is the script's number; IOB1 and IOB2 files are read alike. Source: microsoft/XGLUE `xglue_evaluate.py`.
 * @throws RangeError for files of different numbers of sentences, or a predicted sentence longer than its gold one
 */
export async function scoreXglue(gold: TextSource, predicted: TextSource): Promise<XglueScores> {
  const scorer = new TagScorer();
  const predictions = readConll(predicted, { comments: false });
  let sentences = 0;
  let paddedTags = 0;
  for await (const sentence of readConll(gold, { comments: false })) {
    const next = await predictions.next();
    if (next.done)
      throw new RangeError(
        `xglue: every gold sentence needs a prediction, got ${sentences}; keep the blank lines`,
      );
    sentences++;
    const goldTags = columnOf(sentence, -1);
    const tags = columnOf(next.value, -1);
    const missing = Math.max(goldTags.length - tags.length, 0);
    paddedTags += missing;
    scorer.add(goldTags, [...tags, ...new Array<string>(missing).fill('O')]);
  }
  if (!(await predictions.next()).done)
    throw new RangeError(
      `xglue: there must be ${sentences} predicted sentences, as many as gold ones, got more; keep the blank lines`,
    );
  return { ...scorer.result(), paddedTags };
}

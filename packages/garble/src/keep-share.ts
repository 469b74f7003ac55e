import type { EditRow, Garbling } from './garbling.js';

/**
 * The errors of a base model at a rate of one's own: in every row `keep` has the probability `share`, and the other edits
 * stand to each other as before. A strong base leaves most spans alone; training needs its errors more often than it makes them.
 *
 * @throws RangeError where the share is not in [0, 1), or a row has no error to draw
 */
export function withKeepShare(garbling: Garbling, share: number): Garbling {
  if (!(share >= 0 && share < 1))
    throw new RangeError(
      `garble: the share of spans that are kept must be from 0 to less than 1, got ${share}; give .3 for instance`,
    );
  const edits = garbling.edits.map((row) => ({ ...row, edits: rescaled(row, share) }));
  return { ...garbling, name: `${garbling.name}, keep ${share}`, edits };
}

function rescaled({ edits, length }: EditRow, share: number): EditRow['edits'] {
  const kept = edits.reduce((sum, { operation, p }) => sum + (operation === 'keep' ? p : 0), 0);
  if (kept >= 1)
    throw new RangeError(
      `garble: spans of ${length} words must have an edit other than keep, got none; estimate with a prior (strength above 0)`,
    );
  return edits.map((edit) => ({
    ...edit,
    p: edit.operation === 'keep' ? share : (edit.p * (1 - share)) / (1 - kept),
  }));
}

import type { EditProbability, EditRow, Garbling } from './garbling.js';
import { applyEdit, type Edit, editBetween, type Interval, type Operation } from './operation.js';

/** Lengths from here on share a row: longer gold spans are too rare to tell apart. */
const maxLength = 5;

/**
 * Shares of the operations. The kinds of error are those of paper Table 1 (super-span, sub-span, drifted, adjacent); the
 * figures are a guess (docs/decisions/0004), near those under which boundary recovery was found to transfer between
 * languages. Estimate from a base model's own predictions wherever there are some.
 */
const table1Shares: Readonly<Record<Operation, number>> = {
  keep: 0.3,
  super: 0.2,
  sub: 0.28,
  drifted: 0.14,
  adjacent: 0.04,
  split: 0.03,
  missed: 0.01,
};

/** Weight of one, two, three words at a border that moves: most errors are off by one (a guess as well). */
const table1Words = [0.7, 0.2, 0.1];
/** Weight of adding, or deleting, at both ends rather than at one (a guess as well). */
const table1BothEnds = 0.2;

const rest = {
  relabelled: 0.1,
  joined: [0.02, 0.02],
  spurious: { perWord: 0.005, lengths: [0.6, 0.3, 0.1], labels: [] },
} as const;

/** Garblings that need no base model: `table1` after the paper's kinds of error, `uniform` for ablations. */
export const presets: Readonly<Record<'table1' | 'uniform', Garbling>> = {
  table1: {
    version: 1,
    name: 'table1',
    maxLength,
    edits: rows((edit, sameOperation) => {
      const total = sameOperation.reduce((sum, other) => sum + table1Weight(other), 0);
      return (table1Shares[edit.operation] * table1Weight(edit)) / total;
    }),
    labels: [],
    ...rest,
  },
  uniform: {
    version: 1,
    name: 'uniform',
    maxLength,
    edits: rows((_, sameOperation) => 1 / sameOperation.length),
    labels: [],
    ...rest,
  },
};

function table1Weight({ operation, left, right }: Edit): number {
  const words = (n: number) => table1Words[Math.abs(n) - 1] ?? 1;
  const bothEnds = (operation === 'super' || operation === 'sub') && left !== 0 && right !== 0;
  return words(left) * words(right) * (bothEnds ? table1BothEnds : 1);
}

/** One row per length with every edit of up to three words a border that is possible there. */
function rows(weigh: (edit: Edit, sameOperation: readonly Edit[]) => number): EditRow[] {
  return Array.from({ length: maxLength }, (_, index) => {
    const gold = { start: 0, end: index + 1 };
    const possible = editsOf(gold);
    const weighed = possible.map((edit) => ({
      ...edit,
      p: weigh(
        edit,
        possible.filter((other) => other.operation === edit.operation),
      ),
    }));
    return { length: index + 1, label: null, observed: 0, edits: normalised(weighed) };
  });
}

function editsOf(gold: Interval): Edit[] {
  const reach = table1Words.length;
  const edits: Edit[] = [{ operation: 'missed', left: 0, right: 0 }];
  for (let left = -reach; left <= reach; left++) {
    for (let right = -reach; right <= reach; right++) {
      const answer = { start: gold.start - left, end: gold.end + right };
      const edit = answer.end > answer.start ? editBetween(gold, answer) : undefined;
      if (edit !== undefined && edit.operation !== 'adjacent') edits.push(edit);
      if (left > 0 && right > 0) edits.push({ operation: 'split', left, right });
    }
  }
  for (let words = 1; words <= reach; words++) {
    edits.push({ operation: 'adjacent', left: words, right: 0 });
    edits.push({ operation: 'adjacent', left: 0, right: words });
  }
  return edits.filter((edit) => applyEdit(gold, edit) !== undefined);
}

/** The same with p summing to 1. */
function normalised(edits: readonly EditProbability[]): EditProbability[] {
  const total = edits.reduce((sum, { p }) => sum + p, 0);
  return edits.map((edit) => ({ ...edit, p: edit.p / total }));
}

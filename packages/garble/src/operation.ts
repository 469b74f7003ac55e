/**
 * What a base model does to one gold span, in words (paper 3.2.2; the kinds of Table 1).
 * One table says how each operation moves the borders; `editBetween` reads it backwards.
 */

/** Half-open stretch of words. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/**
 * An operation and its words. `left` and `right` are signed where a border moves (+ added, − deleted words):
 *
 * | operation | left, right | gold [4, 7) becomes |
 * |---|---|---|
 * | keep | 0, 0 | [4, 7) |
 * | super | ≥ 0, one > 0 | (1, 0) → [3, 7) |
 * | sub | ≤ 0, one < 0 | (0, −2) → [4, 5) |
 * | drifted | opposite signs | (−1, +1) → [5, 8), still overlapping |
 * | adjacent | new length on one side, 0 | (0, 2) → [7, 9), touching |
 * | split | first words, last words | (1, 1) → [4, 5) and [6, 7) |
 * | missed | 0, 0 | nothing |
 */
export interface Edit {
  readonly operation: Operation;
  readonly left: number;
  readonly right: number;
}

export const operations = [
  'keep',
  'super',
  'sub',
  'drifted',
  'adjacent',
  'split',
  'missed',
] as const;
export type Operation = (typeof operations)[number];

type Borders = (gold: Interval, left: number, right: number) => readonly Interval[];

const moved: Borders = ({ start, end }, left, right) => [{ start: start - left, end: end + right }];

const borders: Record<Operation, Borders> = {
  keep: moved,
  super: moved,
  sub: moved,
  drifted: moved,
  adjacent: ({ start, end }, left, right) =>
    left > 0 ? [{ start: start - left, end: start }] : [{ start: end, end: end + right }],
  split: ({ start, end }, left, right) => [
    { start, end: start + left },
    { start: end - right, end },
  ],
  missed: () => [],
};

/**
 * The answers that `edit` makes of `gold`, left to right: none (missed), one, or two (split).
 * `undefined` where the edit means something else on a span this short (a sub that deletes all, a drift that lets go).
 * Sentence borders are not known here.
 */
export function applyEdit(gold: Interval, edit: Edit): readonly Interval[] | undefined {
  const answers = borders[edit.operation](gold, edit.left, edit.right);
  if (edit.operation === 'split') {
    return edit.left + edit.right <= gold.end - gold.start ? answers : undefined;
  }
  const touching = edit.operation === 'adjacent' || edit.operation === 'missed';
  return touching || answers.every((answer) => overlap(answer, gold) > 0) ? answers : undefined;
}

/** The one edit that turns `gold` into `answer`, or undefined where they neither overlap nor touch. */
export function editBetween(gold: Interval, answer: Interval): Edit | undefined {
  if (answer.end === gold.start) {
    return { operation: 'adjacent', left: answer.end - answer.start, right: 0 };
  }
  if (answer.start === gold.end) {
    return { operation: 'adjacent', left: 0, right: answer.end - answer.start };
  }
  if (overlap(answer, gold) <= 0) return undefined;
  const left = gold.start - answer.start;
  const right = answer.end - gold.end;
  return { operation: kindOfMove(left, right), left, right };
}

function kindOfMove(left: number, right: number): Operation {
  if (left === 0 && right === 0) return 'keep';
  if (left >= 0 && right >= 0) return 'super';
  if (left <= 0 && right <= 0) return 'sub';
  return 'drifted';
}

/** Words that both hold; negative: words between them. */
export function overlap(a: Interval, b: Interval): number {
  return Math.min(a.end, b.end) - Math.max(a.start, b.start);
}

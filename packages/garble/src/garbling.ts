import { type Edit, type Operation, operations } from './operation.js';

/** How often an edit happens. */
export interface EditProbability extends Edit {
  readonly p: number;
}

/** p(operation, left, right | words in the gold span[, its label]); sums to 1. */
export interface EditRow {
  /** Words of the gold span; the row of {@link Garbling.maxLength} serves longer ones too. */
  readonly length: number;
  /** null: whatever the label. */
  readonly label: string | null;
  /** Gold spans seen in estimating; 0 in a preset. */
  readonly observed: number;
  readonly edits: readonly EditProbability[];
}

/** p(label of the answer | label of the gold span); sums to 1. */
export interface LabelRow {
  readonly label: string;
  readonly answers: readonly { readonly label: string; readonly p: number }[];
}

/** How a base model corrupts gold spans: plain data, saved as JSON as it stands. Lengths and gaps in words. */
export interface Garbling {
  readonly version: 1;
  readonly name: string;
  readonly maxLength: number;
  readonly edits: readonly EditRow[];
  readonly labels: readonly LabelRow[];
  /** p that the label changes, for labels without a row: each other label is as likely. */
  readonly relabelled: number;
  /** p that two neighbouring gold spans are joined into one answer, by the number of words between them. */
  readonly joined: readonly number[];
  readonly spurious: {
    /** Answers where there is no gold span, per word outside gold spans. */
    readonly perWord: number;
    /** p(length); index 0 is one word. */
    readonly lengths: readonly number[];
    /** p(label); empty: any of the labels in use, each as likely. */
    readonly labels: readonly { readonly label: string; readonly p: number }[];
  };
}

/** The row for a gold span of `length` words: of its label where there is one, else of all labels. */
export function editRow(garbling: Garbling, length: number, label: string): EditRow {
  const capped = Math.min(length, garbling.maxLength);
  const rows = garbling.edits.filter((row) => row.length === capped);
  const row =
    rows.find((candidate) => candidate.label === label) ??
    rows.find((candidate) => candidate.label === null);
  if (row === undefined) {
    throw new Error(
      `garble: ${garbling.name} has no row for spans of ${capped} words; estimate it again`,
    );
  }
  return row;
}

/** JSON text of a garbling, one edit row a line. */
export function serializeGarbling(garbling: Garbling): string {
  const { edits, ...rest } = garbling;
  const head = JSON.stringify(rest).slice(0, -1);
  return `${head},"edits":[\n${edits.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`;
}

/**
 * Reads what {@link serializeGarbling} wrote.
 * @throws Error naming the place and the rule where the text is no garbling
 */
export function parseGarbling(text: string): Garbling {
  const garbling = JSON.parse(text) as Garbling;
  check(garbling?.version === 1, 'version', 'must be 1', garbling?.version);
  check(garbling.maxLength >= 1, 'maxLength', 'must be at least 1', garbling.maxLength);
  requireProbability(garbling.relabelled, 'relabelled');
  requireProbability(garbling.spurious?.perWord, 'spurious.perWord');
  for (const [gap, p] of garbling.joined.entries()) requireProbability(p, `joined[${gap}]`);
  requireSum(garbling.spurious.lengths, 'spurious.lengths');
  if (garbling.spurious.labels.length > 0) {
    requireSum(probabilities(garbling.spurious.labels), 'spurious.labels');
  }
  for (const row of garbling.labels) {
    requireSum(probabilities(row.answers), `labels of ${row.label}`);
  }
  for (const [index, row] of garbling.edits.entries()) {
    for (const { operation } of row.edits) {
      const place = `edits[${index}].operation`;
      check(isOperation(operation), place, `must be one of ${operations.join(', ')}`, operation);
    }
    requireSum(probabilities(row.edits), `edits[${index}]`);
  }
  for (let length = 1; length <= garbling.maxLength; length++) {
    const general = garbling.edits.some((row) => row.length === length && row.label === null);
    check(general, 'edits', `must have a row for length ${length} and label null`, 'none');
  }
  return garbling;
}

const isOperation = (name: string): name is Operation =>
  (operations as readonly string[]).includes(name);

const probabilities = (items: readonly { readonly p: number }[]) => items.map(({ p }) => p);

function requireSum(values: readonly number[], place: string): void {
  for (const p of values) requireProbability(p, place);
  const sum = values.reduce((a, b) => a + b, 0);
  check(Math.abs(sum - 1) < 1e-6, place, 'must sum to 1', sum);
}

function requireProbability(p: number, place: string): void {
  check(p >= 0 && p <= 1, place, 'must be a probability', p);
}

function check(holds: boolean, place: string, rule: string, got: unknown): asserts holds {
  if (holds) return;
  throw new Error(
    `garbling: ${place} ${rule}, got ${JSON.stringify(got)}; save it with serializeGarbling`,
  );
}

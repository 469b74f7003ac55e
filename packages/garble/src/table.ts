import type { EditRow, Garbling } from './garbling.js';
import { type Operation, operations } from './operation.js';

/**
 * A garbling for reading: per row the share of each operation in percent and the words of its most likely moves
 * (left, right; + added, − deleted), then joined and spurious answers.
 */
export function formatGarbling(garbling: Garbling): string {
  const header = ['length', 'label', 'seen', ...operations, 'most likely moves'];
  const body = garbling.edits.map((row) => [
    row.length === garbling.maxLength ? `${row.length}+` : `${row.length}`,
    row.label ?? 'any',
    `${row.observed}`,
    ...operations.map((operation) => percent(share(row, operation))),
    likelyMoves(row),
  ]);
  const { perWord, lengths } = garbling.spurious;
  return [
    `garbling ${garbling.name}: p(operation, words | words in the span), in percent`,
    ...aligned([header, ...body]),
    `joined with the next span, by words between: ${garbling.joined.map(percent).join(' ')}`,
    `spurious answers per 1,000 words: ${(1000 * perWord).toFixed(1)}, of 1, 2, … words: ${lengths.map(percent).join(' ')}`,
    ...garbling.labels.map(
      (row) =>
        `label ${row.label} answered as: ${row.answers.map(({ label, p }) => `${label} ${percent(p)}`).join(', ')}`,
    ),
  ].join('\n');
}

const share = (row: EditRow, operation: Operation) =>
  row.edits.reduce((sum, edit) => sum + (edit.operation === operation ? edit.p : 0), 0);

function likelyMoves(row: EditRow): string {
  return row.edits
    .filter(({ operation }) => operation !== 'keep' && operation !== 'missed')
    .sort((a, b) => b.p - a.p)
    .slice(0, 3)
    .map(({ operation, left, right }) => `${operation} (${signed(left)}, ${signed(right)})`)
    .join('  ');
}

const percent = (p: number) => (100 * p).toFixed(1);

const signed = (words: number) => (words > 0 ? `+${words}` : words < 0 ? `−${-words}` : '0');

/** Cells padded to their column's width: text to the left (the second and last column), figures to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 1 || column === columns - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

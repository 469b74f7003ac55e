/** Numbers and tables as text. Knows nothing of scores. */

/** Fixed digits as C's and Python's printf round: exact ties to even, where JavaScript rounds them up; `nan` for NaN. */
export function fixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  const rounded = value.toFixed(digits);
  const exact = value.toFixed(Math.min(digits + 60, 100));
  const tie = /^50*$/.test(exact.slice(exact.indexOf('.') + 1 + digits));
  if (!tie || Number(rounded.at(-1)) % 2 === 0) return rounded;
  const step = Math.sign(value) * 10 ** -digits;
  return (Number(rounded) - step).toFixed(digits);
}

/** Width as Python counts it. */
export const codePoints = (text: string): number => [...text].length;

export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(width - codePoints(text), 0)) + text;

/** Rows under a header; columns of numbers to the right, others to the left. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { format }: { format: 'text' | 'markdown' },
): string {
  const columns = header.map((name, column) => {
    const cells = rows.map((row) => row[column] ?? '');
    return {
      width: Math.max(...[name, ...cells].map(codePoints)),
      numeric: cells.every((cell) => /^[\d.–-]+$|^nan$/.test(cell)),
    };
  });
  if (format === 'markdown') {
    const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
    const escaped = (cell: string) => cell.replace(/[\r\n]+/g, ' ').replace(/[\\|]/g, '\\$&');
    const rule = columns.map(({ numeric }) => (numeric ? '---:' : '---'));
    return [header.map(escaped), rule, ...rows.map((row) => row.map(escaped))].map(line).join('');
  }
  const line = (cells: readonly string[]) =>
    columns
      .map(({ width, numeric }, i) => {
        const cell = cells[i] ?? '';
        return numeric ? padStart(cell, width) : cell + ' '.repeat(width - codePoints(cell));
      })
      .join('  ')
      .trimEnd();
  return [header, ...rows].map((cells) => `${line(cells)}\n`).join('');
}

export type TextFormat = 'text' | 'markdown' | 'json';

export const percent = (share: number, digits = 2): string => fixed(100 * share, digits);

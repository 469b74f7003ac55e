import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Columns } from './corpus.js';

/** Options that several commands share, and parsers of their values. */
export interface ColumnOptions {
  readonly wordColumn?: number;
  readonly tagColumn?: number;
}

export const columnOptions = (command: Command): Command =>
  command
    .option(
      '--word-column <number>',
      'column of the words, from 0 (default: the first, behind an index if there is one)',
      wholeNumber,
    )
    .option(
      '--tag-column <number>',
      'column of the gold tags, from 0, or from -1 at the right (default: the last)',
      wholeNumber,
    );

export const columnsOf = ({ wordColumn, tagColumn }: ColumnOptions): Partial<Columns> => ({
  ...(wordColumn === undefined ? {} : { word: wordColumn }),
  ...(tagColumn === undefined ? {} : { tag: tagColumn }),
});

export interface FormatOptions {
  readonly format: string;
}

/** `--format`; `json` is the same as `--json`. */
export const formatOption = (command: Command, formats: readonly string[]): Command =>
  command.addOption(
    new Option('--format <format>', 'how the report is printed').choices(formats).default('text'),
  );

export function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** A number of things: 1, 2, … */
export function count(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0)) throw new InvalidArgumentError('It must be above 0.');
  return value;
}

export function finiteNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new InvalidArgumentError('It must be a number.');
  }
  return value;
}

/** Collects the values of an option that may be given again. */
export const repeated = (value: string, before: readonly string[] = []) => [...before, value];

import type { Passage } from '@calibre/data-wiki';
import type { Interval } from '@calibre/garble';
import { groups } from '../groups.js';
import type { Paint } from '../paint.js';
import { alignColumns } from '../table.js';
import { isExact, type Repair, type RepairScore } from './repair.js';

/** The table of the demo: a row a language, then the total. */
export function repairTable(
  languages: Readonly<Record<string, RepairScore>>,
  total: RepairScore,
): string {
  const row = (name: string, { answers, before, after, fixed, broken }: RepairScore) => [
    name,
    `${answers}`,
    before.toFixed(3),
    after.toFixed(3),
    `${fixed}`,
    `${broken}`,
  ];
  return alignColumns([
    ['language', 'answers', 'before', 'after', 'fixed', 'broken'],
    ...Object.entries(languages).map(([language, score]) => row(language, score)),
    row('total', total),
  ]);
}

/** The first answers that were moved, one of each language in turn: none is chosen for how it ended. */
export function pickExamples(repairs: readonly Repair[], count: number): Repair[] {
  const moved = repairs.filter(({ initial, calibrated }) => !isExact(initial, calibrated));
  const queues = groups(moved, ({ passage }) => passage.language);
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue[turn] ?? []))
    .flat()
    .slice(0, count);
}

/** One answer in its passage, before and after, the answer in brackets. */
export function showRepair({ passage, gold, initial, calibrated }: Repair, paint: Paint): string {
  const outcome = (answer: Interval | undefined) =>
    isExact(gold, answer) ? paint.green : paint.red;
  const verdict = isExact(gold, calibrated)
    ? paint.green('fixed')
    : isExact(gold, initial)
      ? paint.red('broken')
      : paint.dim('still wrong');
  const seen = [gold, initial, calibrated ?? initial];
  const around = {
    start: Math.max(0, Math.min(...seen.map(({ start }) => start)) - contextWords),
    end: Math.min(passage.words.length, Math.max(...seen.map(({ end }) => end)) + contextWords),
  };
  const marked = (answer: Interval | undefined) =>
    mark(passage, { around, answer, paint: outcome(answer) });
  return [
    `${paint.bold(passage.language)}  ${passage.title}  ${verdict}`,
    `    before  ${marked(initial)}`,
    `    after   ${marked(calibrated)}${calibrated ? '' : paint.dim('  (dropped)')}`,
  ].join('\n');
}

const contextWords = 7;

function mark(
  { text, words }: Passage,
  {
    around,
    answer,
    paint,
  }: { around: Interval; answer: Interval | undefined; paint: (text: string) => string },
): string {
  const from = words[around.start]?.charStart ?? 0;
  const to = words[around.end - 1]?.charEnd ?? text.length;
  const flat = (part: string) => part.replaceAll('\n', ' ');
  if (answer === undefined) return flat(`…${text.slice(from, to)}…`);
  const start = words[answer.start]?.charStart ?? from;
  const end = words[answer.end - 1]?.charEnd ?? to;
  return [
    flat(`…${text.slice(from, start)}`),
    paint(flat(`[${text.slice(start, end)}]`)),
    flat(`${text.slice(end, to)}…`),
  ].join('');
}

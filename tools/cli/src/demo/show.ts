import type { Passage } from '@calibre/data-wiki';
import type { Interval, Random } from '@calibre/garble';
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

/** Some of the answers that were changed, drawn at random: none is chosen for how it ended. */
export function drawExamples(
  repairs: readonly Repair[],
  { count, random }: { count: number; random: Random },
): Repair[] {
  const changed = repairs.filter(({ initial, calibrated }) => !isExact(initial, calibrated));
  const drawn: Repair[] = [];
  while (drawn.length < count && changed.length > 0) {
    drawn.push(...changed.splice(Math.floor(random() * changed.length), 1));
  }
  return drawn;
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

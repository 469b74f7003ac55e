import type { Span } from '@calibre/metrics';
import { type Edit, editBetween, overlap } from './operation.js';

/** What was seen of one kind of gold span: its edits, and how many there were. */
export class EditCounts {
  total = 0;
  readonly #counts = new Map<string, { readonly edit: Edit; count: number }>();

  add(edit: Edit): void {
    this.total++;
    const entry = this.#counts.get(key(edit));
    if (entry === undefined) this.#counts.set(key(edit), { edit, count: 1 });
    else entry.count++;
  }

  of(edit: Edit): number {
    return this.#counts.get(key(edit))?.count ?? 0;
  }

  edits(): Edit[] {
    return [...this.#counts.values()].map(({ edit }) => edit);
  }
}

/** The same edit has the same key. */
export const key = ({ operation, left, right }: Edit) => `${operation} ${left} ${right}`;

/** Counts how predictions differ from gold spans, sentence by sentence. Smooths nothing. */
export class ErrorCounts {
  /** By words of the gold span, longest together, then by label (null: all). */
  readonly edits: readonly Map<string | null, EditCounts>[];
  /** Gold label → answer's label → count. */
  readonly confusions = new Map<string, Map<string, number>>();
  /** By words between two neighbouring gold spans. */
  readonly joined: { count: number; of: number }[];
  readonly spurious: Span[] = [];
  goldWords = 0;

  constructor({ maxLength, maxGap }: { maxLength: number; maxGap: number }) {
    this.edits = Array.from({ length: maxLength }, () => new Map());
    this.joined = Array.from({ length: maxGap + 1 }, () => ({ count: 0, of: 0 }));
  }

  /** Adds one sentence. Gold spans do not overlap. */
  add(goldSpans: readonly Span[], predictions: readonly Span[]): void {
    const gold = [...goldSpans].sort((a, b) => a.start - b.start);
    const answers = [...predictions].sort((a, b) => a.start - b.start);
    const joined = this.#countJoined(gold, answers);
    const claimed = new Set<Span>();
    for (const span of gold) {
      this.goldWords += span.end - span.start;
      if (joined.has(span)) continue;
      const over = answers.filter((answer) => overlap(answer, span) > 0);
      const touching = answers.find(
        (answer) =>
          overlap(answer, span) === 0 && gold.every((other) => overlap(answer, other) <= 0),
      );
      const own = over.length > 0 ? over : touching && !claimed.has(touching) ? [touching] : [];
      for (const answer of own) {
        claimed.add(answer);
        this.#countLabel(span.label, answer.label);
      }
      this.#countEdit(span, editFor(span, own));
    }
    this.spurious.push(
      ...answers.filter(
        (answer) => !claimed.has(answer) && gold.every((span) => overlap(answer, span) <= 0),
      ),
    );
  }

  /** The gold spans that share an answer with their neighbour: they have no edit of their own. */
  #countJoined(gold: readonly Span[], answers: readonly Span[]): Set<Span> {
    const joined = new Set<Span>();
    for (const [index, span] of gold.entries()) {
      const next = gold[index + 1];
      const pairs = next && this.joined[next.start - span.end];
      if (next === undefined || pairs === undefined) continue;
      pairs.of++;
      const over = answers.find((answer) => overlap(answer, span) > 0 && overlap(answer, next) > 0);
      if (over === undefined) continue;
      pairs.count++;
      joined.add(span).add(next);
    }
    return joined;
  }

  #countEdit(span: Span, edit: Edit): void {
    const row = this.edits[Math.min(span.end - span.start, this.edits.length) - 1];
    for (const label of [null, span.label]) {
      const counts = row?.get(label) ?? new EditCounts();
      counts.add(edit);
      row?.set(label, counts);
    }
  }

  #countLabel(gold: string, answer: string): void {
    const row = this.confusions.get(gold) ?? new Map<string, number>();
    row.set(answer, (row.get(answer) ?? 0) + 1);
    this.confusions.set(gold, row);
  }
}

/** The edit that `answers` (left to right) make of `gold`; a split keeps its first and its last part. */
function editFor(gold: Span, answers: readonly Span[]): Edit {
  const first = answers[0];
  const last = answers.at(-1);
  if (first === undefined || last === undefined) return { operation: 'missed', left: 0, right: 0 };
  if (first !== last && overlap(first, last) <= 0) {
    return { operation: 'split', left: first.end - gold.start, right: gold.end - last.start };
  }
  return editBetween(gold, first) ?? { operation: 'missed', left: 0, right: 0 };
}

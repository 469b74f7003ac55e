/** How many garbled answers of held-out text are recovered, by language. */
import { Garbler, type Garbling } from '@calibre/garble';
import { type CalibratorItem, type Reading, type Tokenizer, tokenizeWords } from '@calibre/model';
import { randomOf } from './random.js';
import type { Reader } from './reader.js';
import {
  byLanguage,
  type RecoveryExample,
  randomWindow,
  recoverableSpans,
  sliceWords,
} from './recovery.js';

/** Exact boundaries of one language's answers, as counts. */
export interface RecoveryScore {
  readonly answers: number;
  /** Right as garbled (some are kept). */
  readonly before: number;
  /** Right as recovered. */
  readonly after: number;
  /** Wrong before and right after. */
  readonly fixed: number;
  /** Right before and wrong after. */
  readonly broken: number;
}

/** By language. */
export type RecoveryScores = Readonly<Record<string, RecoveryScore>>;

export interface RecoveryOptions {
  readonly tokenizer: Pick<Tokenizer, 'wordIds'>;
  readonly garbling: Garbling;
  readonly maxSpanWords: number;
  readonly maxWords: number;
  /** Spans of a language that are tried, the first ones. Default 500. */
  readonly spansPerLanguage?: number;
  readonly signal?: AbortSignal | undefined;
}

const garbleSeed = 20; // one fixed garbling of the held-out text, so that stages and runs can be compared

/** Garbles each span once and takes the reader's likeliest span, or none, for the answer. */
export async function measureRecovery(
  reader: Reader,
  examples: readonly RecoveryExample[],
  options: RecoveryOptions,
): Promise<RecoveryScores> {
  const scores: Record<string, RecoveryScore> = {};
  for (const [language, own] of byLanguage(examples)) {
    const items = garbledItems(own, options);
    const read = await reader.read(items, options);
    scores[language] = scoreOf(items, read);
  }
  return scores;
}

type GarbledItem = Required<Pick<CalibratorItem, 'passage' | 'initial' | 'gold'>>;

function garbledItems(
  examples: readonly RecoveryExample[],
  { tokenizer, garbling, maxWords, spansPerLanguage = 500, ...limits }: RecoveryOptions,
): GarbledItem[] {
  const garbler = new Garbler(garbling);
  const places = examples.flatMap((example) =>
    recoverableSpans(example, limits).map((gold) => ({ example, gold })),
  );
  return places.slice(0, spansPerLanguage).map(({ example, gold }, index) => {
    const random = randomOf(garbleSeed, index);
    const words = example.words.length;
    const { initial } = garbler.garbleSpan(gold, { words, random });
    const core = { from: Math.min(initial.start, gold.start), to: Math.max(initial.end, gold.end) };
    const window = randomWindow(core, { words, maxWords, random });
    const inside = ({ start, end, label }: typeof gold) => ({
      start: start - window.from,
      end: end - window.from,
      label,
    });
    const passage = sliceWords(tokenizeWords(tokenizer, example.words, example), window);
    return { passage, initial: inside(initial), gold: inside(gold) };
  });
}

function scoreOf(
  items: readonly GarbledItem[],
  read: readonly (Reading | undefined)[],
): RecoveryScore {
  const counts = { answers: items.length, before: 0, after: 0, fixed: 0, broken: 0 };
  for (const [index, { initial, gold }] of items.entries()) {
    const same = (span: { start: number; end: number } | undefined) =>
      span?.start === gold?.start && span?.end === gold?.end;
    const reading = read[index];
    const [best] = reading?.answers ?? [];
    const answer =
      reading && best && best.score >= reading.noAnswer ? best : reading ? undefined : initial;
    const [before, after] = [same(initial), same(answer)];
    if (before) counts.before++;
    if (after) counts.after++;
    if (after && !before) counts.fixed++;
    if (before && !after) counts.broken++;
  }
  return counts;
}

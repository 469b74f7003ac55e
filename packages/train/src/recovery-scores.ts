/** How many garbled answers of held-out text are recovered, by language. */
import { Garbler, type Garbling } from '@calibre/garble';
import {
  type CalibratorItem,
  type CalibratorReader,
  type Reading,
  type Tokenizer,
  tokenizeWords,
} from '@calibre/model';
import { hull, randomWindow, sliceWords, within } from './answer-source.js';
import { goldFor } from './instances.js';
import { randomOf } from './random.js';
import { byLanguage, type RecoveryExample, recoverableSpans } from './recovery.js';

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
  reader: Pick<CalibratorReader, 'read'>,
  examples: readonly RecoveryExample[],
  options: RecoveryOptions,
): Promise<RecoveryScores> {
  const scores: Record<string, RecoveryScore> = {};
  for (const [language, own] of byLanguage(examples)) {
    const items = garbledItems(own, options);
    const read = await reader.read(items, { signal: options.signal });
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
    recoverableSpans(example, limits).map((span) => ({ example, span })),
  );
  return places.slice(0, spansPerLanguage).map(({ example, span }, index) => {
    const random = randomOf(garbleSeed, index);
    const words = example.words.length;
    const { initial } = garbler.garbleSpan(span, { words, random });
    const gold = goldFor(initial, example.spans) ?? span;
    const window = randomWindow(hull(initial, gold), { words, maxWords, random });
    const passage = sliceWords(tokenizeWords(tokenizer, example.words, example), window);
    return { passage, initial: within(window, initial), gold: within(window, gold) };
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
    const [before, after] = [same(initial), same(reading ? likeliest(reading) : initial)];
    if (before) counts.before++;
    if (after) counts.after++;
    if (after && !before) counts.fixed++;
    if (before && !after) counts.broken++;
  }
  return counts;
}

/** The best answer, or undefined where no answer is likelier. */
const likeliest = ({ answers: [best], noAnswer }: Reading) =>
  best && best.score >= noAnswer ? best : undefined;

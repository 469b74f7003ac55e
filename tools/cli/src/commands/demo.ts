import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Passage, toLabelledWords } from '@calibre/data-wiki';
import { Garbler, presets, seededRandom } from '@calibre/garble';
import { Runtime } from '@calibre/graph';
import type { Span } from '@calibre/metrics';
import { Calibrator, type CalibratorModel, CalibratorReader, type Margins } from '@calibre/model';
import {
  type Checkpoint,
  fitMargins,
  type PbrConfig,
  readCorpus,
  saveCheckpoint,
  trainPbr,
} from '@calibre/train';
import { define } from '../define.js';
import { cutIntoPieces } from '../demo/pieces.js';
import { type Repair, scoreRepairs } from '../demo/repair.js';
import { samplePassages } from '../demo/sample.js';
import { drawExamples, repairTable, showRepair } from '../demo/show.js';
import { holdOutPages } from '../demo/split.js';
import { groups } from '../groups.js';
import { paintFor } from '../paint.js';
import type { Result, Session } from '../session.js';
import { Stopwatch } from '../stopwatch.js';
import { multilingualTokenizer } from '../vocabulary.js';

interface Options {
  readonly short?: boolean;
}

/** What a run of the demo does; the short form shows that everything works, not how well. */
interface Plan {
  readonly steps: number;
  /** Held-out answers of each language, the first ones. */
  readonly answers: number;
}

const plans: Readonly<Record<'full' | 'short', Plan>> = {
  full: { steps: 600, answers: 400 },
  short: { steps: 40, answers: 40 },
};

/** Words of a passage that are read at a time: little text is learned faster in small pieces. */
const pieceWords = 16;

const training: Partial<PbrConfig> = {
  size: 'tiny',
  learningRate: 3e-3,
  tokensPerBatch: 1300,
  vocabulary: { minCount: 2, maxSize: 30_000 },
  maxWords: pieceWords,
  garbling: presets.table1,
  seed: 1,
};
const seeds = { development: 10, heldOut: 20, examples: 30 };
const shownExamples = 10;

/** `calibre demo`: the whole pipeline on the sample that travels with the command line. */
export const demo = () =>
  define<[], Options>({
    usage: 'demo',
    summary:
      'Train a small calibrator on real Wikipedia text and repair garbled answers in pages it has not seen.',
    example: 'calibre demo',
    configure: (command) =>
      command.option('--short', 'train a few steps only, to see that everything works'),
    async run(_, options, session) {
      session.saved('the demo keeps nothing');
      const plan = options.short ? plans.short : plans.full;
      const watch = new Stopwatch();
      const passages = await watch.time('extract', () => extract(session));
      const { rest, heldOut } = holdOutPages(passages, { share: 0.2, holdOutLonePages: true });
      const { rest: train, heldOut: development } = holdOutPages(rest, {
        share: 0.05,
        holdOutLonePages: false,
      });
      session.note(
        `${passages.length} passages in ${languagesOf(passages).length} languages: ${train.length} to train on, ` +
          `${development.length} for the margins, ${heldOut.length} of other pages held out`,
      );
      const folder = await mkdtemp(join(tmpdir(), 'calibre-demo-'));
      try {
        const texts = { train, development };
        await watch.time('train', () => trainInto(folder, { ...texts, plan, session }));
        const repairs = await watch.time('calibrate', () =>
          repairGarbled(folder, { heldOut, plan, session }),
        );
        return report(repairs, watch.seconds, languagesOf(train));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  });

async function extract(session: Session): Promise<Passage[]> {
  const progress = session.progress('extracting', { unit: 'passages' });
  const passages: Passage[] = [];
  for await (const passage of samplePassages(session)) {
    passages.push(passage);
    progress.update(passages.length, passage.title);
  }
  progress.stop();
  return passages;
}

/** Trains a network from scratch to recover garbled anchors, fits its margins, and saves it in `folder`. */
async function trainInto(
  folder: string,
  {
    train,
    development,
    plan: { steps, answers },
    session,
  }: { train: readonly Passage[]; development: readonly Passage[]; plan: Plan; session: Session },
): Promise<void> {
  const { signal } = session;
  const progress = session.progress('training', { total: steps, unit: 'steps' });
  const runtime = await Runtime.start();
  try {
    const examples = train
      .flatMap((passage) => cutIntoPieces(passage, pieceWords))
      .map((piece) => ({ ...toLabelledWords(piece), language: piece.language }));
    const { checkpoint } = await trainPbr({
      runtime,
      examples,
      from: { tokenizer: await multilingualTokenizer() },
      config: { ...training, steps },
      signal,
      onRecord: ({ step, loss }) => progress.update(step, `loss ${loss.toFixed(3)}`),
    });
    progress.stop();
    const margins = await fittedMargins(
      garbled(development, { answers, seed: seeds.development }),
      { checkpoint, runtime, signal },
    );
    await saveCheckpoint(folder, withMargins(checkpoint, margins));
  } finally {
    await runtime.dispose();
  }
}

/** The margins that do least harm on garbled answers of pages not trained on (decision 0003). */
async function fittedMargins(
  answers: readonly Garbled[],
  {
    checkpoint: { configuration, tokenizer },
    runtime,
    signal,
  }: { checkpoint: Checkpoint; runtime: Runtime; signal: AbortSignal },
): Promise<Margins> {
  const model = configuration as CalibratorModel;
  const reader = await CalibratorReader.create(runtime, { model, tokenizer });
  try {
    const corpus = {
      sentences: answers.map(({ piece, gold }) => ({ ...toLabelledWords(piece), spans: [gold] })),
      answers: answers.map(({ initial }) => [initial]),
    };
    const read = await readCorpus(reader, corpus, { tokenizer, signal });
    return fitMargins(read, { labels: model.calibrator.labels, seed: 1 }).margins;
  } finally {
    await reader.dispose();
  }
}

function withMargins(checkpoint: Checkpoint, margins: Margins): Checkpoint {
  const { calibrator, ...configuration } = checkpoint.configuration as CalibratorModel;
  return {
    ...checkpoint,
    configuration: { ...configuration, calibrator: { ...calibrator, margins } },
  };
}

/** An anchor of a piece of text, and the garbled answer that stands for it. */
interface Garbled {
  readonly piece: Passage;
  readonly gold: Span;
  readonly initial: Span;
}

/** One garbled answer for each of the first anchors of each language. */
function garbled(
  passages: readonly Passage[],
  { answers, seed }: { answers: number; seed: number },
): Garbled[] {
  const random = seededRandom(seed);
  const garbler = new Garbler(presets.table1);
  return languagesOf(passages).flatMap((language) =>
    passages
      .filter((passage) => passage.language === language)
      .flatMap((passage) => cutIntoPieces(passage, pieceWords))
      .flatMap((piece) => toLabelledWords(piece).spans.map((gold) => ({ piece, gold })))
      .slice(0, answers)
      .map(({ piece, gold }) => {
        const { initial } = garbler.garbleSpan(gold, { words: piece.words.length, random });
        return { piece, gold, initial };
      }),
  );
}

/** Garbles anchors of held-out text and has the calibrator of `folder` repair them. */
async function repairGarbled(
  folder: string,
  { heldOut, plan, session }: { heldOut: readonly Passage[]; plan: Plan; session: Session },
): Promise<Repair[]> {
  const answers = garbled(heldOut, { answers: plan.answers, seed: seeds.heldOut });
  const calibrator = await Calibrator.load(folder);
  try {
    const calibrated = await calibrator.calibrateSentences(
      answers.map(({ piece, initial }) => ({ ...toLabelledWords(piece), spans: [initial] })),
      { signal: session.signal },
    );
    return answers.map(({ piece, gold, initial }, index) => {
      const [answer] = calibrated[index]?.spans ?? [];
      const isDropped = answer?.decision === 'dropped';
      return { passage: piece, gold, initial, calibrated: isDropped ? undefined : answer };
    });
  } finally {
    await calibrator.dispose();
  }
}

const languagesOf = (passages: readonly Passage[]): string[] => [
  ...new Set(passages.map(({ language }) => language)),
];

function report(
  repairs: readonly Repair[],
  seconds: Readonly<Record<string, number>>,
  trained: readonly string[],
): Result {
  const languages = Object.fromEntries(
    groups(repairs, ({ passage }) => passage.language).map((own) => [
      own[0]?.passage.language,
      scoreRepairs(own),
    ]),
  );
  const total = scoreRepairs(repairs);
  const paint = paintFor(process.stdout);
  const unseen = Object.keys(languages).filter((language) => !trained.includes(language));
  return {
    text: [
      'Garbled answers with exact boundaries, before and after calibration, in pages not trained on:',
      repairTable(languages, total),
      `Of ${unseen.join(', ')} nothing was trained on.`,
      'Some of the answers that were changed, drawn at random:',
      drawExamples(repairs, { count: shownExamples, random: seededRandom(seeds.examples) })
        .map((repair) => showRepair(repair, paint))
        .join('\n'),
      `Seconds: ${Object.entries(seconds)
        .map(([stage, time]) => `${stage} ${time.toFixed(1)}`)
        .join(', ')}`,
    ].join('\n\n'),
    json: { languages, total, seconds },
  };
}

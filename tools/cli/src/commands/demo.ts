import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Passage, toLabelledWords } from '@calibre/data-wiki';
import { Garbler, presets, seededRandom } from '@calibre/garble';
import { Runtime } from '@calibre/graph';
import { Calibrator } from '@calibre/model';
import { type PbrConfig, type RecoveryExample, saveCheckpoint, trainPbr } from '@calibre/train';
import { define } from '../define.js';
import { cutIntoPieces } from '../demo/pieces.js';
import { type Repair, scoreRepairs } from '../demo/repair.js';
import { samplePassages } from '../demo/sample.js';
import { pickExamples, repairTable, showRepair } from '../demo/show.js';
import { splitByPage } from '../demo/split.js';
import { groups } from '../groups.js';
import { paintFor } from '../paint.js';
import type { Session } from '../session.js';
import { Stopwatch } from '../stopwatch.js';
import { multilingualTokenizer } from '../vocabulary.js';

interface Options {
  readonly short?: boolean;
  readonly json?: boolean;
}

/** What a run of the demo does; the short form shows that everything works, not how well. */
interface Plan {
  readonly training: Partial<PbrConfig>;
  /** Held-out answers of each language, the first ones. */
  readonly answers: number;
}

const training: Partial<PbrConfig> = {
  size: 'tiny',
  learningRate: 2e-3,
  vocabulary: { minCount: 2, maxSize: 30_000 },
  seed: 1,
};
const plans: Readonly<Record<'full' | 'short', Plan>> = {
  full: { training: { ...training, steps: 1000 }, answers: 400 },
  short: { training: { ...training, steps: 60 }, answers: 60 },
};

const garbling = presets.table1;
const pieceWords = 60;
const garbleSeed = 20;
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
      const { train, heldOut } = splitByPage(passages);
      session.note(
        `${passages.length} passages in ${groups(passages, ({ language }) => language).length} languages; ` +
          `${heldOut.length} of other pages held out`,
      );
      const folder = await mkdtemp(join(tmpdir(), 'calibre-demo-'));
      try {
        await watch.time('train', () => trainInto(folder, { train, plan, session }));
        const repairs = await watch.time('calibrate', () =>
          repairGarbled(folder, { heldOut, plan, session }),
        );
        return report(repairs, watch.seconds);
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

/** Trains a network from scratch to recover garbled anchors and saves it in `folder`. */
async function trainInto(
  folder: string,
  { train, plan, session }: { train: readonly Passage[]; plan: Plan; session: Session },
): Promise<void> {
  const steps = plan.training.steps ?? 0;
  const progress = session.progress('training', { total: steps, unit: 'steps' });
  const runtime = await Runtime.start();
  try {
    const { checkpoint } = await trainPbr({
      runtime,
      examples: train.flatMap(toExamples),
      from: { tokenizer: await multilingualTokenizer() },
      config: { ...plan.training, garbling, maxWords: pieceWords },
      signal: session.signal,
      onRecord: ({ step, loss }) => progress.update(step, `loss ${loss.toFixed(3)}`),
    });
    await saveCheckpoint(folder, checkpoint);
  } finally {
    progress.stop();
    await runtime.dispose();
  }
}

const toExamples = (passage: Passage): RecoveryExample[] =>
  cutIntoPieces(passage, pieceWords).map((piece) => ({
    ...toLabelledWords(piece),
    language: piece.language,
  }));

/** Garbles held-out anchors, one at a time, and has the calibrator of `folder` repair them. */
async function repairGarbled(
  folder: string,
  { heldOut, plan, session }: { heldOut: readonly Passage[]; plan: Plan; session: Session },
): Promise<Repair[]> {
  const random = seededRandom(garbleSeed);
  const garbler = new Garbler(garbling);
  const garbled = groups(heldOut, ({ language }) => language).flatMap((ofLanguage) =>
    ofLanguage
      .flatMap((passage) => cutIntoPieces(passage, pieceWords))
      .flatMap((piece) => toLabelledWords(piece).spans.map((gold) => ({ piece, gold })))
      .slice(0, plan.answers)
      .map(({ piece, gold }) => ({
        piece,
        ...garbler.garbleSpan(gold, { words: piece.words.length, random }),
      })),
  );
  const calibrator = await Calibrator.load(folder);
  try {
    const calibrated = await calibrator.calibrateSentences(
      garbled.map(({ piece, initial }) => ({ ...toLabelledWords(piece), spans: [initial] })),
      { signal: session.signal },
    );
    return garbled.map(({ piece, initial, gold }, index) => {
      const [answer] = calibrated[index]?.spans ?? [];
      return {
        passage: piece,
        gold: gold ?? initial,
        initial,
        calibrated: answer?.decision === 'dropped' ? undefined : answer,
      };
    });
  } finally {
    await calibrator.dispose();
  }
}

function report(repairs: readonly Repair[], seconds: Readonly<Record<string, number>>) {
  const languages = Object.fromEntries(
    groups(repairs, ({ passage }) => passage.language).map((own) => [
      own[0]?.passage.language,
      scoreRepairs(own),
    ]),
  );
  const total = scoreRepairs(repairs);
  const paint = paintFor(process.stdout);
  return {
    text: [
      'Garbled answers with exact boundaries, before and after calibration, in pages not trained on:',
      repairTable(languages, total),
      'The first answers that were moved in each language:',
      pickExamples(repairs, shownExamples)
        .map((repair) => showRepair(repair, paint))
        .join('\n'),
      `Seconds: ${Object.entries(seconds)
        .map(([stage, time]) => `${stage} ${time.toFixed(1)}`)
        .join(', ')}`,
    ].join('\n\n'),
    json: { languages, total, seconds },
  };
}

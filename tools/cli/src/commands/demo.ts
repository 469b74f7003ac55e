import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Passage, toLabelledWords } from '@calibre/data-wiki';
import { seededRandom } from '@calibre/garble';
import { Calibrator } from '@calibre/model';
import { define } from '../define.js';
import { garbled } from '../demo/garbled.js';
import { type Repair, scoreRepairs } from '../demo/repair.js';
import { samplePassages } from '../demo/sample.js';
import { drawExamples, repairTable, showRepair } from '../demo/show.js';
import { holdOutPages } from '../demo/split.js';
import { trainInto } from '../demo/train.js';
import { groups } from '../groups.js';
import { paintFor } from '../paint.js';
import type { Result, Session } from '../session.js';
import { Stopwatch } from '../stopwatch.js';

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
  full: { steps: 800, answers: 400 },
  short: { steps: 40, answers: 40 },
};

const seeds = { heldOut: 20, examples: 30 };
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
        await watch.time('train', () => trainInto(folder, { ...texts, ...plan, session }));
        const repairs = await watch.time('calibrate', () =>
          repairGarbled(folder, { heldOut, ...plan, session }),
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

/** Garbles anchors of held-out text and has the calibrator of `folder` repair them. */
async function repairGarbled(
  folder: string,
  {
    heldOut,
    answers: perLanguage,
    session,
  }: { heldOut: readonly Passage[]; answers: number; session: Session },
): Promise<Repair[]> {
  const answers = garbled(heldOut, { answers: perLanguage, seed: seeds.heldOut });
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

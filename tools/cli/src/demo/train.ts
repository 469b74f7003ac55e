import { type Passage, toLabelledWords } from '@calibre/data-wiki';
import { presets } from '@calibre/garble';
import { Runtime } from '@calibre/graph';
import { type CalibratorModel, CalibratorReader, type Margins } from '@calibre/model';
import {
  type Checkpoint,
  fitMargins,
  type PbrConfig,
  readCorpus,
  saveCheckpoint,
  trainPbr,
} from '@calibre/train';
import type { Session } from '../session.js';
import { multilingualTokenizer } from '../vocabulary.js';
import { type Garbled, garbled, pieceWords } from './garbled.js';
import { cutIntoPieces } from './pieces.js';

const training: Partial<PbrConfig> = {
  size: 'tiny',
  learningRate: 3e-3,
  tokensPerBatch: 1300,
  vocabulary: { minCount: 2, maxSize: 30_000 },
  maxWords: pieceWords,
  garbling: presets.table1,
  seed: 1,
};
const developmentSeed = 10;

/** Trains a network from scratch to recover garbled anchors, fits its margins, and saves it in `folder`. */
export async function trainInto(
  folder: string,
  {
    train,
    development,
    steps,
    answers,
    session,
  }: {
    train: readonly Passage[];
    development: readonly Passage[];
    steps: number;
    answers: number;
    session: Session;
  },
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
    const margins = await fittedMargins(garbled(development, { answers, seed: developmentSeed }), {
      checkpoint,
      runtime,
      signal,
    });
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

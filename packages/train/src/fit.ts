/** One training run from first weights to last: stages of data, resuming, logging. What every recipe has in common. */
import { join } from 'node:path';
import type { Graph, Runtime } from '@calibre/graph';
import {
  type Configuration,
  type EncoderConfiguration,
  encoderNames,
  type Feeds,
  type Tokenizer,
} from '@calibre/model';
import { type BucketOptions, batches, type Cursor, type ItemSource } from './batches.js';
import type { Tensors } from './checkpoint.js';
import type { TrainingConfig } from './config.js';
import { openLog } from './log.js';
import type { RowsTable } from './programs.js';
import { type Random, randomOf } from './random.js';
import { BestWeights, type SelectOptions } from './selection.js';
import { type EventFileOptions, openEventFile } from './tensorboard.js';
import { type TrainingRecord, type TrainOptions, train } from './train.js';
import { Trainer } from './trainer.js';
import { restoreState, saveState } from './training-state.js';

/** Where a run keeps what it needs to go on, how it reports, and how it is stopped. */
export interface RunOptions {
  /** The device; its weights are overwritten. */
  readonly runtime: Runtime;
  /** Folder of training states and `log.jsonl`. A run that finds its own state there goes on from it. Default: none is kept. */
  readonly stateFolder?: string | undefined;
  /** Also keeps a TensorBoard event file there; `clock` gives its wall times: `() => Date.now() / 1000`. */
  readonly tensorBoard?: Pick<EventFileOptions, 'clock'> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onRecord?: ((record: FitRecord) => void) | undefined;
}

/** A step's record; `score` where the weights were looked at for selection. */
export interface FitRecord extends TrainingRecord {
  readonly score?: number;
}

/** A part of the run with data of its own. */
export interface FitStage<Item> {
  readonly name: string;
  readonly sources: readonly ItemSource<Item>[];
  /** Optimizer steps of the whole run after which it ends. */
  readonly untilStep: number;
}

export interface FitTask<Item> {
  readonly configuration: Configuration;
  readonly tokenizer: Tokenizer;
  /** First weights. */
  readonly weights: Tensors;
  readonly network: () => Graph;
  readonly rows?: RowsTable | undefined;
  readonly config: TrainingConfig;
  readonly stages: readonly FitStage<Item>[];
  readonly itemTokens: BucketOptions<Item>['itemTokens'];
  readonly itemWeight?: TrainOptions<Item>['itemWeight'];
  /** A micro-batch's arrays; `random` draws the same for the same one of the same run. */
  readonly feeds: (items: readonly Item[], random: Random) => Feeds;
  /** Called with the weights of the moment on the runtime when a stage ends. */
  readonly afterStage?: (stage: FitStage<Item>) => Promise<void>;
  /** Gives the best weights met instead of the last. */
  readonly select?: SelectOptions | undefined;
}

/** Trains through all stages; the last weights, or the best ones. */
export async function fit<Item>(task: FitTask<Item>, options: RunOptions): Promise<Tensors> {
  const { config, stages, itemTokens, itemWeight, feeds, select } = task;
  const { runtime, stateFolder, signal, onRecord } = options;
  requirePrecision(config, runtime);
  const trainer = await Trainer.create(runtime, task);
  try {
    const resumed = await restoreState(trainer, { ...task, stateFolder });
    const logs = openLogs(options, { afterStep: trainer.step });
    const bestFolder = stateFolder && join(stateFolder, 'best');
    const best = await BestWeights.open(bestFolder, { ...task, afterStep: trainer.step });
    const look = async (step: number): Promise<Pick<FitRecord, 'score'>> => {
      if (select === undefined || step % select.everySteps !== 0) return {};
      const weights = await trainer.weights(); // at every look, whatever the score: it touches the rows
      const score = await select.score();
      await best.offer(step, { score, weights });
      return { score };
    };
    for (const [index, stage] of stages.entries()) {
      const isLast = index === stages.length - 1;
      if (trainer.step >= stage.untilStep && !isLast) continue;
      const save = (cursor: Cursor) =>
        saveState(trainer, { ...task, stateFolder }, { stage: index, cursor });
      const steps = train(trainer, {
        batches: batches(stage.sources, {
          seed: config.seed + index,
          itemTokens,
          tokensPerBatch: config.tokensPerBatch,
          itemsPerBatch: config.itemsPerBatch,
          ...(resumed?.stage === index && { from: resumed.cursor }),
        }),
        feeds: ({ items, at }, part) =>
          feeds(items, randomOf(config.seed, -3, index, at.chunk, at.batch, part)),
        itemWeight,
        steps: stage.untilStep,
        accumulate: config.accumulate,
        microBatches: config.microBatches,
        saveEverySteps: config.saveEverySteps,
        signal,
        save,
      });
      for await (const record of steps) {
        const scored: FitRecord = { ...record, ...(await look(record.step)) };
        for (const log of logs) log(scored);
        onRecord?.(scored);
      }
      await task.afterStage?.(stage);
    }
    return (select && best.weights) ?? (await trainer.weights());
  } finally {
    await trainer.dispose();
  }
}

function requirePrecision({ precision }: TrainingConfig, { device }: Runtime): void {
  if (precision === 'float16' && device === 'cpu')
    throw new Error(
      "train: precision 'float16' needs device webgpu or cuda, got cpu, which computes it by way of float32; use 'float32' there",
    );
}

function openLogs(
  { stateFolder, tensorBoard }: RunOptions,
  { afterStep }: { readonly afterStep: number },
): ((record: FitRecord) => void)[] {
  if (stateFolder === undefined) return [];
  const log = openLog(join(stateFolder, 'log.jsonl'), { afterStep });
  if (tensorBoard === undefined) return [log];
  const events = join(stateFolder, 'events.out.tfevents.calibre');
  return [log, openEventFile(events, { ...tensorBoard, afterStep })];
}

/** The word embeddings of an encoder built with `words: 'rows'`. */
export const wordRows = (encoder: EncoderConfiguration): RowsTable => ({
  table: `${encoderNames(encoder).wordEmbeddings}.weight`,
  input: 'wordEmbeddings',
  ids: 'inputIds',
  paddingId: encoder.padTokenId,
});

import { Runtime, type RuntimeOptions } from '@calibre/graph';
import { encoderSizes, loadTokenizer, type Tokenizer } from '@calibre/model';
import {
  type Checkpoint,
  latestSnapshot,
  loadCheckpoint,
  type RunOptions,
  saveCheckpoint,
  type TrainingConfig,
  type TrainingRecord,
} from '@calibre/train';
import { type Command, Option } from 'commander';
import { type ConfigOptions, resolveConfig } from './config.js';
import { deviceOf, deviceOptions } from './device.js';
import { count, positiveNumber, repeated, wholeNumber } from './options.js';
import type { Result, Session } from './session.js';
import { multilingualTokenizer } from './vocabulary.js';

/** Options that every `calibre train` has. */
export interface TrainOptions extends ConfigOptions, RuntimeOptions {
  readonly out?: string;
  readonly steps?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly resume?: boolean;
  readonly tensorboard?: boolean;
  readonly printConfig?: boolean;
}

export const trainOptions = (command: Command): Command =>
  deviceOptions(command)
    .option('--out <folder>', 'checkpoint to write; training states stand in <folder>.training')
    .option('--steps <number>', 'optimizer steps', count)
    .option(
      '--epochs <number>',
      'about so many passes over the text, instead of --steps',
      positiveNumber,
    )
    .option('--seed <number>', 'orders data, garbles and drops out', wholeNumber)
    .option('--config <file>', 'hyper-parameters as JSON, such as --print-config shows')
    .option('--set <name=value>', 'one hyper-parameter; may be given again', repeated)
    .option('--print-config', 'print all hyper-parameters and end')
    .option('--resume', 'go on from the newest training state')
    .option('--tensorboard', 'also keep a TensorBoard event file beside the training states');

/** Where a new network's weights or vocabulary come from. */
export interface StartOptions {
  readonly init?: string;
  readonly tokenizer?: string;
  readonly size?: string;
}

export const startOptions = (command: Command): Command =>
  command
    .addOption(new Option('--size <size>', 'of a new network').choices(Object.keys(encoderSizes)))
    .option('--init <folder>', 'checkpoint whose network goes on')
    .option(
      '--tokenizer <folder>',
      "tokenizer.json or vocab.txt of a new network (default: multilingual BERT's), trimmed to the text",
    );

export async function startOf({
  init,
  tokenizer,
}: StartOptions): Promise<Checkpoint | { tokenizer: Tokenizer }> {
  if (init !== undefined) return loadCheckpoint(init);
  return {
    tokenizer:
      tokenizer === undefined ? await multilingualTokenizer() : await loadTokenizer(tokenizer),
  };
}

/** Hyper-parameters: defaults, then the file, then `--set`, then the options that have names of their own. */
export async function configOf<Config extends object>(
  defaults: Config,
  options: TrainOptions & { readonly size?: string },
): Promise<Config> {
  const named = ['steps', 'seed', 'size'] as const;
  const settings = named.flatMap((name) =>
    options[name] === undefined ? [] : [`${name}=${options[name]}`],
  );
  return resolveConfig(defaults, { ...options, set: [...(options.set ?? []), ...settings] });
}

/** The configuration with the steps that `--epochs` asks for; `tokens` are those of one pass over the items. */
export function withEpochs<Config extends TrainingConfig>(
  config: Config,
  { epochs }: TrainOptions,
  tokens: () => number,
): Config {
  if (epochs === undefined) return config;
  const perStep = config.tokensPerBatch * config.accumulate;
  return { ...config, steps: Math.max(1, Math.round((epochs * tokens()) / perStep)) };
}

/** The result of `--print-config`. */
export const printed = (config: object): Result => ({
  text: JSON.stringify(config, null, 2),
  json: config,
});

export interface TrainingRun<Trained extends { readonly checkpoint: Checkpoint }> {
  readonly options: TrainOptions & { readonly out: string };
  readonly config: TrainingConfig;
  readonly session: Session;
  readonly train: (run: RunOptions) => Promise<Trained>;
  /** What is said of the result besides the checkpoint's place. */
  readonly describe?: (trained: Trained) => { readonly text: string; readonly json: object };
}

/** Trains with progress and training states, and writes the checkpoint. */
export async function runTraining<Trained extends { readonly checkpoint: Checkpoint }>({
  options,
  config,
  session,
  train,
  describe,
}: TrainingRun<Trained>): Promise<Result> {
  const { out, resume = false, tensorboard = false } = options;
  const stateFolder = `${out}.training`;
  const earlier = await latestSnapshot(stateFolder);
  if (earlier !== undefined && !resume) {
    throw new Error(
      `${stateFolder}: must be new, got the training state of step ${earlier.step}; pass --resume to go on from it, or another --out`,
    );
  }
  const progress = session.progress('training', { total: config.steps, unit: 'steps' });
  const say = (step: number) =>
    session.saved(`${stateFolder} holds the state after step ${step}; go on with --resume`);
  for (const problem of earlier?.damaged ?? [])
    session.note(`passed over a damaged state, ${problem}`);
  if (earlier !== undefined) say(earlier.step);
  let last: TrainingRecord | undefined;
  const from = performance.now();
  const runtime = await Runtime.start(deviceOf(options));
  try {
    const trained = await train({
      runtime,
      stateFolder,
      ...(tensorboard && { tensorBoard: { clock: () => Date.now() / 1000 } }),
      signal: session.signal,
      onRecord(record) {
        const { step, loss } = record;
        if (last && last.step % config.saveEverySteps === 0) say(last.step);
        last = record;
        progress.update(step, `loss ${loss.toFixed(3)}`);
      },
    });
    progress.stop();
    await saveCheckpoint(out, trained.checkpoint);
    const seconds = (performance.now() - from) / 1000;
    const told = describe?.(trained);
    const summary = `${out}: ${config.steps} steps in ${seconds.toFixed(0)} s, loss ${last?.loss.toFixed(3) ?? '–'}`;
    return {
      text: [summary, told?.text].filter(Boolean).join('\n\n'),
      json: { out, steps: config.steps, loss: last?.loss ?? null, seconds, ...told?.json },
    };
  } catch (error) {
    const saved = session.signal.aborted ? await latestSnapshot(stateFolder) : undefined;
    if (saved !== undefined) say(saved.step);
    throw error;
  } finally {
    await runtime.dispose();
  }
}

/** Refuses a call that lacks what only `--print-config` can do without. */
export function requireGiven(given: Readonly<Record<string, unknown>>): void {
  for (const [what, value] of Object.entries(given)) {
    const isMissing = value === undefined || (Array.isArray(value) && value.length === 0);
    if (isMissing) throw new Error(`calibre: ${what} must be given, got none; see --help`);
  }
}

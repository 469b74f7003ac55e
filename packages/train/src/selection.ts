/** Keeps the weights that score best on a development set while training goes on (paper 4.3: every 200 steps). */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, readTensors, saveCheckpoint, type Tensors } from './checkpoint.js';
import { latestSnapshot, writeSnapshot } from './snapshots.js';

export interface SelectOptions {
  /** Optimizer steps between two looks. */
  readonly everySteps: number;
  /** Scores the weights that are on the runtime; more is better. */
  readonly score: () => Promise<number>;
}

type CheckpointParts = Pick<Checkpoint, 'configuration' | 'tokenizer'>;

const scoreFile = 'score.json';

export class BestWeights {
  readonly #folder: string | undefined;
  readonly #parts: CheckpointParts;
  #score = Number.NEGATIVE_INFINITY;
  #weights: Tensors | undefined;

  private constructor(folder: string | undefined, parts: CheckpointParts) {
    this.#folder = folder;
    this.#parts = parts;
  }

  /**
   * Goes on from the best of a folder. One found after step `afterStep` is let go: the run that resumes there will
   * meet it again.
   */
  static async open(
    folder: string | undefined,
    {
      afterStep,
      ...parts
    }: Pick<Checkpoint, 'configuration' | 'tokenizer'> & { readonly afterStep: number },
  ): Promise<BestWeights> {
    const best = new BestWeights(folder, parts);
    const snapshot = folder === undefined ? undefined : await latestSnapshot(folder);
    if (snapshot && snapshot.step <= afterStep) {
      best.#score = JSON.parse(await readFile(join(snapshot.path, scoreFile), 'utf8')).score;
      best.#weights = await readTensors(join(snapshot.path, 'model.safetensors'));
    }
    return best;
  }

  /** The best weights offered, undefined before the first. */
  get weights(): Tensors | undefined {
    return this.#weights;
  }

  /** Takes the weights if their score is above all before. */
  async offer(
    step: number,
    { score, weights }: { score: number; weights: Tensors },
  ): Promise<void> {
    if (!(score > this.#score)) return;
    this.#score = score;
    this.#weights = weights;
    if (this.#folder === undefined) return;
    const more = (folder: string) =>
      writeFile(join(folder, scoreFile), `${JSON.stringify({ step, score })}\n`);
    const write = (folder: string) => saveCheckpoint(folder, { ...this.#parts, weights }, { more });
    await writeSnapshot(this.#folder, { step, keep: 1, write });
  }
}

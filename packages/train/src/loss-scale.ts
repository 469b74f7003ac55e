/** The factor of a loss in half precision: so large that small gradients do not vanish, so small that none overflows. */
import type { TensorData } from '@calibre/graph';
import type { TrainingConfig } from './config.js';

// Those of PyTorch's GradScaler.
const initial = 2 ** 16;
const doublesAfter = 2000; // steps
const largest = 2 ** 24; // a guess: above it, only the scale itself overflows

export class LossScale {
  readonly #isDynamic: boolean;
  #value: number;
  #stepsSince = 0;

  /** In float32 the scale is 1 and stays. */
  constructor(precision: TrainingConfig['precision']) {
    this.#isDynamic = precision === 'float16';
    this.#value = this.#isDynamic ? initial : 1;
  }

  get value(): number {
    return this.#value;
  }

  /** Notes a step whose gradients were finite: after so many the scale doubles. */
  keep(): void {
    if (!this.#isDynamic || ++this.#stepsSince < doublesAfter) return;
    this.#stepsSince = 0;
    this.#value = Math.min(largest, 2 * this.#value);
  }

  /** Halves the scale of gradients that overflowed; false where they cannot have done so because of it. */
  halve(): boolean {
    if (this.#value === 1) return false;
    this.#stepsSince = 0;
    this.#value /= 2;
    return true;
  }

  /** What a run needs to go on with it, by name: the scale and the steps since it changed. Nothing in float32. */
  state(): ReadonlyMap<string, TensorData> {
    if (!this.#isDynamic) return new Map();
    const data = Float32Array.of(this.#value, this.#stepsSince);
    return new Map([['lossScale', { data, shape: [2] }]]);
  }

  restore(state: ReadonlyMap<string, TensorData>): void {
    const [value, stepsSince] = state.get('lossScale')?.data ?? [];
    if (value === undefined || stepsSince === undefined) return;
    this.#value = Number(value);
    this.#stepsSince = Number(stepsSince);
  }
}

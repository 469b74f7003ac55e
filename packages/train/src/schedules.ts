/** Learning-rate multipliers by optimizer step, the same numbers as Hugging Face transformers' schedules. */

/** A schedule by name; step counts are optimizer steps. */
export type ScheduleConfig =
  | { readonly name: 'constant'; readonly warmupSteps: number }
  | { readonly name: 'linear'; readonly warmupSteps: number; readonly totalSteps: number }
  | {
      readonly name: 'cosine' | 'cosineHardRestarts';
      readonly warmupSteps: number;
      readonly totalSteps: number;
      readonly cycles: number;
    };

/** Multiplier of the base learning rate at optimizer step 0, 1, … */
export type Schedule = (step: number) => number;

interface Phase {
  readonly elapsed: number; // steps since the warm-up ended
  readonly length: number; // steps from there to the last
  readonly cycles: number;
}

const progress = ({ elapsed, length }: Phase) => elapsed / Math.max(1, length);

const decays: Record<ScheduleConfig['name'], (phase: Phase) => number> = {
  constant: () => 1,
  linear: ({ elapsed, length }) => Math.max(0, (length - elapsed) / Math.max(1, length)),
  // Not clamped after the last step: it rises again, as transformers' does.
  cosine: (phase) =>
    Math.max(0, 0.5 * (1 + Math.cos(2 * Math.PI * phase.cycles * progress(phase)))),
  cosineHardRestarts: (phase) =>
    progress(phase) >= 1
      ? 0
      : 0.5 * (1 + Math.cos(Math.PI * ((phase.cycles * progress(phase)) % 1))),
};

/** The function a schedule's configuration names. The multiplier rises linearly from 0 during the warm-up. */
export function schedule(config: ScheduleConfig): Schedule {
  const { name, warmupSteps, totalSteps, cycles } = { totalSteps: 0, cycles: 1, ...config };
  const length = totalSteps - warmupSteps;
  return (step) =>
    step < warmupSteps
      ? step / warmupSteps
      : decays[name]({ elapsed: step - warmupSteps, length, cycles });
}

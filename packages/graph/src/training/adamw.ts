/** AdamW as a graph: scaled gradients, decoupled weight decay, optionally an average of the weights. */
import type { TensorData } from '../data.js';
import { Graph } from '../graph.js';
import type { Tensor } from '../tensor.js';
import { gradientName } from './outputs.js';

/** What AdamW and its row-wise form share. */
export interface AdamWOptions {
  readonly betas?: readonly [number, number];
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

export interface AdamWGraphOptions extends AdamWOptions {
  /** Parameters whose weights decay; all unless given. */
  readonly decays?: (name: string) => boolean;
  /** Also keeps `average:NAME` ← decay · average + (1 − decay) · weight. */
  readonly averageDecay?: number;
}

export interface AdamWStep {
  readonly learningRate: number;
  /** The first update is step 1. */
  readonly step: number;
  /** What the gradients are multiplied by first; 1 unless given. */
  readonly clipFactor?: number;
}

/** The update of a set of parameters: a graph, and what each run of it takes and keeps. */
export interface AdamWUpdate {
  readonly graph: Graph;
  /** Output → resident: weights, moments and averages are replaced in place. */
  readonly keep: Readonly<Record<string, string>>;
  /** Residents to put before the first run, with their shapes: moments start at zero, averages at the weights. */
  readonly state: ReadonlyMap<string, readonly number[]>;
  feeds(step: AdamWStep): Record<string, TensorData>;
}

export const defaultBetas = [0.9, 0.999] as const;

const withDefaults = ({
  betas = defaultBetas,
  epsilon = 1e-8,
  weightDecay = 0.01,
}: AdamWOptions) => ({ betas, epsilon, weightDecay });

export const momentNames = (name: string) => ({ first: `m:${name}`, second: `v:${name}` });
export const averageName = (name: string): string => `average:${name}`;

/**
 * The numbers of one step. With moments kept as M = m/(1 − β₁) and V = v/(1 − β₂), PyTorch's
 * p ← p(1 − lr·wd) − lr · m̂/(√v̂ + ε)  is  p ← p·keep − rate · M/(√V + ε′),
 * rate = lr (1−β₁)/(1−β₁ᵗ) / s, ε′ = ε/s, s = √((1−β₂)/(1−β₂ᵗ)).
 */
export function adamWScalars(options: AdamWOptions, { learningRate, step }: AdamWStep) {
  const { betas, epsilon, weightDecay } = withDefaults(options);
  const [beta1, beta2] = betas;
  const scale = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
  return {
    rate: (learningRate * (1 - beta1)) / (1 - beta1 ** step) / scale,
    epsilon: epsilon / scale,
    keep: 1 - learningRate * weightDecay,
  };
}

/** Builds the update of `parameters` (name → shape) from residents `gradient:NAME` (see `outputGradients`). */
export function adamW(
  parameters: ReadonlyMap<string, readonly number[]>,
  options: AdamWGraphOptions = {},
): AdamWUpdate {
  const { averageDecay, decays = () => true } = options;
  const [beta1, beta2] = withDefaults(options).betas;
  const graph = new Graph('adamw');
  const scalar = (name: string) => graph.input(name, []);
  const [rate, epsilon, decay, factor] = [
    scalar('rate'),
    scalar('epsilon'),
    scalar('keep'),
    scalar('clipFactor'),
  ];
  const keep: Record<string, string> = {};
  const state = new Map<string, readonly number[]>();
  const replace = (name: string, tensor: Tensor) => {
    graph.output(`next:${name}`, tensor);
    keep[`next:${name}`] = name;
    return tensor;
  };
  const own = (name: string, shape: readonly number[]) => {
    state.set(name, shape);
    return graph.parameter(name, shape);
  };
  for (const [name, shape] of parameters)
    graph.scope(name, () => {
      const names = momentNames(name);
      const [weight, M, V] = [
        graph.parameter(name, shape),
        own(names.first, shape),
        own(names.second, shape),
      ];
      const gradient = graph.parameter(gradientName(name), shape).mul(factor);
      const first = replace(names.first, M.mul(beta1).add(gradient));
      const second = replace(names.second, V.mul(beta2).add(gradient.square()));
      const kept = decays(name) ? weight.mul(decay) : weight;
      const updated = replace(name, kept.sub(first.div(second.sqrt().add(epsilon)).mul(rate)));
      if (averageDecay === undefined) return;
      const average = own(averageName(name), shape);
      replace(averageName(name), average.mul(averageDecay).add(updated.mul(1 - averageDecay)));
    });

  const feeds = (step: AdamWStep) => {
    const scalars = { ...adamWScalars(options, step), clipFactor: step.clipFactor ?? 1 };
    return Object.fromEntries(
      Object.entries(scalars).map(([name, value]) => [
        name,
        { data: Float32Array.of(value), shape: [] },
      ]),
    );
  };
  return { graph, keep, state, feeds };
}

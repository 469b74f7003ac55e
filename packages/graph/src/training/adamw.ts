/** AdamW as a graph: clipping by global norm, decoupled weight decay, optionally an average of the weights. */
import type { TensorData } from '../data.js';
import { where } from '../functions.js';
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
  /** Gradients are scaled down to this global norm where they exceed it; not at all unless given. */
  readonly maxGradientNorm?: number;
  /** Also keeps `average:NAME` ← decay · average + (1 − decay) · weight. */
  readonly averageDecay?: number;
}

export interface AdamWStep {
  readonly learningRate: number;
  /** The first update is step 1. */
  readonly step: number;
  /** Squared norm of gradients outside this graph (row gradients) that are clipped together with these. */
  readonly otherSquaredNorm?: number;
}

/** The update of a set of parameters: a graph, and what each run of it takes and keeps. */
export interface AdamWUpdate {
  /** Outputs `gradientNorm` and `clipFactor` ([], before clipping) beside the new state. */
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
  const { maxGradientNorm, averageDecay, decays = () => true } = options;
  const [beta1, beta2] = withDefaults(options).betas;
  const graph = new Graph('adamw');
  const scalar = (name: string) => graph.input(name, []);
  const [rate, epsilon, decay] = [scalar('rate'), scalar('epsilon'), scalar('keep')];
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

  const gradients = new Map(
    [...parameters].map(([name, shape]) => [name, graph.parameter(gradientName(name), shape)]),
  );
  const norm = [...gradients.values()]
    .map(squaredNorm)
    .reduce((a, b) => a.add(b), scalar('otherSquaredNorm'))
    .sqrt();
  const factor =
    maxGradientNorm === undefined ? graph.constant(1) : clipFactor(norm, maxGradientNorm);
  graph.output('gradientNorm', norm);
  graph.output('clipFactor', factor);
  for (const [name, shape] of parameters)
    graph.scope(name, () => {
      const names = momentNames(name);
      const [weight, M, V] = [
        graph.parameter(name, shape),
        own(names.first, shape),
        own(names.second, shape),
      ];
      const gradient = (gradients.get(name) as Tensor).mul(factor);
      const first = replace(names.first, M.mul(beta1).add(gradient));
      const second = replace(names.second, V.mul(beta2).add(gradient.square()));
      const kept = decays(name) ? weight.mul(decay) : weight;
      const updated = replace(name, kept.sub(first.div(second.sqrt().add(epsilon)).mul(rate)));
      if (averageDecay === undefined) return;
      const average = own(averageName(name), shape);
      replace(averageName(name), average.mul(averageDecay).add(updated.mul(1 - averageDecay)));
    });

  const feeds = (step: AdamWStep) => {
    const scalars = {
      ...adamWScalars(options, step),
      otherSquaredNorm: step.otherSquaredNorm ?? 0,
    };
    return Object.fromEntries(
      Object.entries(scalars).map(([name, value]) => [
        name,
        { data: Float32Array.of(value), shape: [] },
      ]),
    );
  };
  return { graph, keep, state, feeds };
}

/** Σ g² as the product of a row and a column: one pass, nothing in between. */
function squaredNorm(gradient: Tensor): Tensor {
  const row = gradient.reshape([1, gradient.shape.reduce<number>((a, b) => a * Number(b), 1)]);
  return row.matmul(row, { transposeB: true }).reshape([]);
}

/** min(1, limit/(norm + 1e-6)), as PyTorch's clip_grad_norm_. */
function clipFactor(norm: Tensor, limit: number): Tensor {
  const factor = norm.add(1e-6).reciprocal().mul(limit);
  return where(factor.less(1), factor, 1);
}

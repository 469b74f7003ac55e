/** Gradients as outputs of their graph, kept as residents from which an update reads them. */
import { gradients } from '../gradients/gradients.js';
import type { Tensor } from '../tensor.js';

export const gradientName = (name: string): string => `gradient:${name}`;

export interface OutputGradientsOptions {
  /** Named tensors to differentiate for (parameters, or inputs such as gathered rows); the graph's parameters unless given. */
  readonly of?: ReadonlyMap<string, Tensor>;
  /** Runs that accumulate add to the residents `gradient:NAME` (of symbolic shapes: replace them all the same). */
  readonly accumulate?: boolean;
}

/**
 * Names ∂loss/∂x as output `gradient:NAME` for each named tensor, and says how a run keeps them: output → resident.
 * Over micro-batches, the first run replaces, the others are told to accumulate.
 */
export function outputGradients(
  loss: Tensor,
  { of = loss.graph.parameters, accumulate = false }: OutputGradientsOptions = {},
): Record<string, string> {
  const { graph } = loss;
  const names = [...of.keys()];
  const results = gradients(loss, [...of.values()]);
  return Object.fromEntries(
    names.map((name, i) => {
      const resident = gradientName(name);
      const own = results[i] as Tensor;
      const fixed = own.shape.filter((dim) => typeof dim === 'number');
      const adds = accumulate && fixed.length === own.rank;
      const output = adds ? `next:${resident}` : resident;
      graph.output(output, adds ? own.add(graph.accumulator(resident, fixed)) : own);
      return [output, resident];
    }),
  );
}

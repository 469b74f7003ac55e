/** Which inputs an output may overwrite, so that an update replaces weights without a second copy of them. */
import type { Graph, Node } from './graph.js';
import { elementwise } from './operators/elementwise.js';
import { reachable } from './reachable.js';
import type { Tensor } from './tensor.js';

/**
 * Output → names of parameters whose memory it may be written to. Safe when the output's last operation works element by
 * element and every other reader of the parameter comes before it; then nothing reads the parameter afterwards.
 */
export function findOverwrites(graph: Graph): ReadonlyMap<Tensor, readonly string[]> {
  const outputs = new Set(graph.outputs.values());
  const readers = new Map<Tensor, Node[]>();
  for (const node of reachable([...outputs]))
    for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node]);
  const parameters = [...graph.parameters].filter(([, parameter]) => !outputs.has(parameter));
  const fitting = (output: Tensor): string[] => {
    if (!(output.node.operator in elementwise)) return [];
    const before = new Set(reachable([output]));
    const fits = (parameter: Tensor) =>
      before.has(parameter.node) &&
      parameter.shape.join() === output.shape.join() &&
      (readers.get(parameter) ?? []).every((node) => before.has(node));
    return parameters.filter(([, parameter]) => fits(parameter)).map(([name]) => name);
  };
  return new Map([...outputs].map((output) => [output, fitting(output)]));
}

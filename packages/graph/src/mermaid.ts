/** A graph drawn as a Mermaid flowchart. */
import { formatShape } from './dims.js';
import type { Graph, Node } from './graph.js';
import { reachable } from './reachable.js';

const nameOf = (node: Node): string | undefined =>
  'name' in node.attributes ? String(node.attributes.name) : undefined;

/** The nodes that the outputs need, from inputs to outputs; an edge carries its tensor's shape. */
export function toMermaid(graph: Graph): string {
  const needed = reachable([...graph.outputs.values()]);
  const lines = ['flowchart TD'];
  for (const node of needed) {
    const name = nameOf(node);
    lines.push(
      name === undefined ? `  n${node.id}["${node.operator}"]` : `  n${node.id}(["${name}"])`,
    );
    for (const { node: from, shape } of node.inputs)
      lines.push(`  n${from.id} -- "${formatShape(shape)}" --> n${node.id}`);
  }
  [...graph.outputs].forEach(([name, { node, shape }], i) => {
    lines.push(`  out${i}(["${name}"])`, `  n${node.id} -- "${formatShape(shape)}" --> out${i}`);
  });
  return `${lines.join('\n')}\n`;
}

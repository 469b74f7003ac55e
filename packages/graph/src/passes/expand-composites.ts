/** Writes composite operators in primitives. What forward and gradient compute alike becomes one node. */
import { type Expansion, expansions } from '../expansions.js';
import type { Graph, Node } from '../graph.js';
import type { CompositeName } from '../operators/table.js';
import { rewrite } from './rewrite.js';

const isComposite = (node: Node): node is Node<CompositeName> & Node => node.operator in expansions;

export const expandComposites = (graph: Graph): Graph =>
  rewrite(graph, (node, inputs) =>
    isComposite(node)
      ? [(expansions[node.operator] as Expansion<CompositeName>)(inputs, node.attributes)]
      : undefined,
  );

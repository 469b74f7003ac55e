/** The one kind of error of graph building. */

export interface GraphProblem {
  readonly rule: string;
  readonly expected: string;
  readonly got: string;
}

/** A graph that cannot be: says the place (scope/operator), the rule, what was expected and what was got. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly place: string;
  readonly problem: GraphProblem;

  constructor(place: string, problem: GraphProblem) {
    super(`${place}: ${problem.rule}; expected ${problem.expected}, got ${problem.got}`);
    this.place = place;
    this.problem = problem;
  }
}

/** Thrown by a shape rule, which does not know its place; `Graph.apply` turns it into a GraphError. */
export class RuleBroken extends Error {
  readonly problem: GraphProblem;

  constructor(rule: string, expected: string, got: string) {
    super(rule);
    this.problem = { rule, expected, got };
  }
}

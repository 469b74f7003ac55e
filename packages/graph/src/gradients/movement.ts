/** Gradient rules of movement: the gradient moves back. */
import { type Dim, minus, multiply, plus } from '../dims.js';
import type { MovementAttributes } from '../operators/movement.js';
import type { Tensor } from '../tensor.js';
import { type Rule, rule, unbroadcast } from './rule.js';

export const movementRules: { readonly [N in keyof MovementAttributes]: Rule<N> } = {
  Reshape: rule(([x], dy) => [dy.reshape(x.shape)]),
  Transpose: rule((_, dy, __, { permutation }) => [
    dy.transpose(permutation.map((__, axis) => permutation.indexOf(axis))),
  ]),
  Expand: rule(([x], dy) => [unbroadcast(dy, x.shape)]),
  Slice: rule(([x], dy, _, { axis, start, end }) => [
    dy.pad({ axis, before: start, after: minus(x.size(axis), end) }),
  ]),
  Pad: rule(([x], dy, _, { axis, before }) => [
    dy.slice({ axis, start: before, end: plus(before, x.size(axis)) }),
  ]),
  Concat: rule((_, dy, __, { axis }, parts) => {
    let start: Dim = 0;
    return parts.map((part) => {
      const end = plus(start, part.size(axis));
      const own = dy.slice({ axis, start, end });
      start = end;
      return own;
    });
  }),
  // Y = X[I].  dX[v] = Σ dY[i] over I[i] = v
  Gather: rule(([table, indices], dy) => {
    const [N, D] = [multiply(indices.shape), multiply(table.shape.slice(1))];
    const rows = [indices.reshape([N]), dy.reshape([N, D])];
    const sums = dy.graph.apply('ScatterAdd', rows, { size: table.size(0) })[0] as Tensor;
    return [sums.reshape(table.shape)];
  }),
  ScatterAdd: rule(([indices], dy) => [undefined, dy.gather(indices)]),
};

/** The table of all operators. A new one is an entry in its family; the README names the other tables. */
import { type CompositeAttributes, composites } from './composites.js';
import { type ElementwiseAttributes, elementwise } from './elementwise.js';
import { type LeafAttributes, leaves } from './leaves.js';
import { type MovementAttributes, movement } from './movement.js';
import type { Composite, Primitive } from './operator.js';
import { type ProductAttributes, products } from './products.js';
import { type ReductionAttributes, reductions } from './reductions.js';

interface PrimitiveAttributes
  extends LeafAttributes,
    ElementwiseAttributes,
    MovementAttributes,
    ProductAttributes,
    ReductionAttributes {}

/** Operator name → its attributes. */
export interface Attributes extends PrimitiveAttributes, CompositeAttributes {}

export type PrimitiveName = keyof PrimitiveAttributes;
export type CompositeName = keyof CompositeAttributes;
export type OperatorName = keyof Attributes;

const primitives: { readonly [N in PrimitiveName]: Primitive<Attributes[N]> } = {
  ...leaves,
  ...elementwise,
  ...movement,
  ...products,
  ...reductions,
};

export const operators: { readonly [N in OperatorName]: Composite<Attributes[N]> } = {
  ...primitives,
  ...composites,
};

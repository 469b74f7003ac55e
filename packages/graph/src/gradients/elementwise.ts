/** Gradient rules of elementwise operators. dX stands for ∂loss/∂X, ∘ for the elementwise product. */

import { isFloat } from '../data.js';
import { where } from '../functions.js';
import type { ElementwiseAttributes } from '../operators/elementwise.js';
import { constant, type Rule, rule, unbroadcast } from './rule.js';

export const elementwiseRules: { readonly [N in keyof ElementwiseAttributes]: Rule<N> } = {
  Neg: rule((_, dy) => [dy.neg()]),
  // Y = eˣ.  dX = dY ∘ Y
  Exp: rule((_, dy, y) => [dy.mul(y)]),
  Log: rule(([x], dy) => [dy.div(x)]),
  // Y = √X.  dX = dY / 2Y
  Sqrt: rule((_, dy, y) => [dy.div(y).mul(0.5)]),
  // Y = 1/X.  dX = −dY ∘ Y²
  Reciprocal: rule((_, dy, y) => [dy.mul(y.square()).neg()]),
  // dX = dY ∘ 2/√π · exp(−X²)
  Erf: rule(([x], dy) => [dy.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI))]),
  // Y = tanh X.  dX = dY ∘ (1 − Y²)
  Tanh: rule((_, dy, y) => [dy.mul(y.square().neg().add(1))]),
  // Y = 1/(1 + e⁻ˣ).  dX = dY ∘ Y ∘ (1 − Y)
  Sigmoid: rule((_, dy, y) => [dy.mul(y.sub(y.square()))]),
  // 0 at X = 0, as PyTorch
  Relu: rule(([x], dy) => [dy.mul(x.greater(0).cast(x.type))]),
  // 0 at X = 0, as PyTorch
  Abs: rule(([x], dy) => [dy.mul(x.sign())]),
  Add: rule(([a, b], dy) => [unbroadcast(dy, a.shape), unbroadcast(dy, b.shape)]),
  Sub: rule(([a, b], dy) => [unbroadcast(dy, a.shape), unbroadcast(dy, b.shape).neg()]),
  Mul: rule(([a, b], dy) => [unbroadcast(dy.mul(b), a.shape), unbroadcast(dy.mul(a), b.shape)]),
  // Y = A/B.  dA = dY/B, dB = −dY ∘ Y/B
  Div: rule(([a, b], dy, y) => [
    unbroadcast(dy.div(b), a.shape),
    unbroadcast(dy.mul(y).div(b), b.shape).neg(),
  ]),
  Equal: constant,
  Greater: constant,
  Less: constant,
  Where: rule(([condition, a, b], dy) => [
    undefined,
    unbroadcast(where(condition, dy, 0), a.shape),
    unbroadcast(where(condition, 0, dy), b.shape),
  ]),
  Cast: rule(([x], dy) => [isFloat(x.type) ? dy.cast(x.type) : undefined]),
};

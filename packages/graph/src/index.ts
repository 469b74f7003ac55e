export { type CompiledGraph, type CompileOptions, compile } from './compile.js';
export type { DataType, TensorData, TypedArray } from './data.js';
export type { Bindings, Dim, Shape } from './dims.js';
export { DropoutSeed, dropout } from './dropout.js';
export { GraphError } from './errors.js';
export { type ExportOptions, exportModel, type Precision } from './export/export.js';
export type { ExternalData } from './export/external-data.js';
export {
  attention,
  concat,
  crossEntropy,
  embedding,
  gatherRows,
  gelu,
  layerNorm,
  linear,
  oneHot,
  where,
} from './functions.js';
export { gradients } from './gradients/gradients.js';
export { Graph } from './graph.js';
export { type Device, devices } from './operators/operator.js';
export { DeviceLostError } from './runtime/device-lost.js';
export { Program, type RunOptions } from './runtime/program.js';
export type { Feed, RowsFeed } from './runtime/protocol.js';
export { type RowGradients, type RowUpdate, rowState } from './runtime/rows.js';
export { type LoadOptions, Runtime, type RuntimeOptions } from './runtime/runtime.js';
export { Tensor } from './tensor.js';
export {
  type AdamWGraphOptions,
  type AdamWOptions,
  type AdamWStep,
  type AdamWUpdate,
  adamW,
  averageName,
  momentNames,
} from './training/adamw.js';
export { clipFactor, type GradientSum, sumGradients } from './training/norm.js';
export { gradientName, type OutputGradientsOptions, outputGradients } from './training/outputs.js';

/** Which tensor of a checkpoint is which weight of a network: older names, missing prefixes, what is fresh and what unused. */

import type { TensorStore } from '../files/safetensors.js';
import type { EncoderConfiguration } from './encoder-configuration.js';
import { encoderNames } from './encoder-names.js';
import { initialParameters, type ParameterSpecification, type TensorValues } from './parameters.js';

/** A checkpoint's tensors, read one at a time. */
export type ParameterStore = Pick<TensorStore, 'entries' | 'read'>;

export interface ParameterMatch {
  /** Weight → the checkpoint's tensor. */
  readonly stored: ReadonlyMap<string, string>;
  /** Weights that the checkpoint lacks, or has in another shape: heads alone. */
  readonly fresh: readonly ParameterSpecification[];
  /** Tensors of the checkpoint that the network has no use for. */
  readonly unused: readonly string[];
}

/**
 * Finds each specified weight in a checkpoint: under its name, without the family's prefix (a bare encoder's checkpoint),
 * or with `gamma` and `beta` for a LayerNorm (BERT's first checkpoints).
 * Throws where a weight of the encoder is missing or has another shape, or with `heads: 'required'` any weight.
 */
export function matchParameters(
  entries: ParameterStore['entries'],
  specifications: readonly ParameterSpecification[],
  options: { readonly encoder: EncoderConfiguration; readonly heads: 'required' | 'optional' },
): ParameterMatch {
  const { prefix } = encoderNames(options.encoder);
  const stored = new Map<string, string>();
  const fresh: ParameterSpecification[] = [];
  for (const specification of specifications) {
    const { name, shape } = specification;
    const found = spellings(name, prefix).find((spelling) => entries.has(spelling));
    const foundShape = found === undefined ? undefined : entries.get(found)?.shape;
    if (found !== undefined && foundShape?.join() === shape.join()) {
      stored.set(name, found);
      continue;
    }
    if (name.startsWith(prefix) || options.heads === 'required')
      throw new Error(
        foundShape === undefined
          ? `checkpoint: must hold ${name} [${shape}], got no such tensor; is config.json of another model, or the file incomplete?`
          : `checkpoint: ${found} must be [${shape}] as config.json says, got [${foundShape}]; use the config.json that belongs to these weights`,
      );
    fresh.push(specification);
  }
  const used = new Set(stored.values());
  return { stored, fresh, unused: [...entries.keys()].filter((name) => !used.has(name)) };
}

/** Whether a checkpoint holds every one of the specified weights. */
export const holdsParameters = (
  entries: ParameterStore['entries'],
  specifications: readonly ParameterSpecification[],
  encoder: EncoderConfiguration,
): boolean =>
  specifications.every(({ name }) =>
    spellings(name, encoderNames(encoder).prefix).some((spelling) => entries.has(spelling)),
  );

function spellings(name: string, prefix: string): string[] {
  const names = name.startsWith(prefix) ? [name, name.slice(prefix.length)] : [name];
  const older = names.map((spelling) =>
    spelling
      .replace(/LayerNorm\.weight$/, 'LayerNorm.gamma')
      .replace(/LayerNorm\.bias$/, 'LayerNorm.beta'),
  );
  return [...names, ...older];
}

/** Reads one weight as float32. Throws where the checkpoint holds it in another type. */
export async function readParameter(store: ParameterStore, name: string): Promise<TensorValues> {
  const { data, shape } = await store.read(name);
  if (data instanceof Float32Array) return { data, shape };
  if (data instanceof Float64Array) return { data: Float32Array.from(data), shape };
  throw new Error(
    `checkpoint: ${name} must hold floating point numbers, got ${data.constructor.name}; save the weights as float32`,
  );
}

/**
 * Values for a network to be trained on from a checkpoint: what it holds, the rest drawn fresh (heads alone).
 * `random` draws uniformly from [0, 1).
 */
export async function loadParameters(
  store: ParameterStore,
  specifications: readonly ParameterSpecification[],
  options: { readonly encoder: EncoderConfiguration; readonly random: () => number },
): Promise<ParameterMatch & { readonly values: Map<string, TensorValues> }> {
  const { encoder, random } = options;
  const match = matchParameters(store.entries, specifications, { encoder, heads: 'optional' });
  const values = initialParameters(match.fresh, { random, deviation: encoder.initializerRange });
  for (const [name, source] of match.stored) values.set(name, await readParameter(store, source));
  return { ...match, values };
}

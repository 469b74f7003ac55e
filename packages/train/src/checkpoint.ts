/** A network in memory, and its folder: `config.json`, `model.safetensors`, the tokenizer's files. */
import type { TensorData } from '@calibre/graph';
import {
  type CalibratorModel,
  type Configuration,
  calibratorParameters,
  type DecisionModel,
  encoderParameters,
  initialParameters,
  loadParameters,
  loadTokenizer,
  openCheckpoint,
  openSafetensors,
  type ParameterSpecification,
  readConfiguration,
  readDecision,
  type Tokenizer,
  taggerParameters,
  writeCheckpoint,
  writeConfiguration,
  writeDecision,
} from '@calibre/model';
import type { Random } from './random.js';

/** Tensors by name. */
export type Tensors = ReadonlyMap<string, TensorData>;

/** A network with its weights and its tokenizer. */
export interface Checkpoint {
  readonly configuration: Configuration;
  readonly weights: Tensors;
  readonly tokenizer: Tokenizer;
  /** How a calibrator decides (decision 0012); without it by margins. */
  readonly decision?: DecisionModel | undefined;
}

/** Writes the folder, or replaces the checkpoint in it, as one. `more` adds files to it. */
export async function saveCheckpoint(
  folder: string,
  { configuration, weights, tokenizer, decision }: Checkpoint,
  { more }: { more?: (folder: string) => Promise<void> } = {},
): Promise<void> {
  await writeCheckpoint(folder, {
    config: writeConfiguration(configuration),
    tensors: weights,
    tokenizer,
    async more(place) {
      if (decision) await writeDecision(place, decision);
      await more?.(place);
    },
  });
}

/**
 * Reads a folder into memory: ours, or an encoder of Hugging Face's.
 * @throws where a tensor is absent or has another shape than `config.json` says
 */
export async function loadCheckpoint(folder: string): Promise<Checkpoint> {
  const files = await openCheckpoint(folder);
  try {
    const configuration = readConfiguration(files.config);
    const { encoder } = configuration;
    const random = () => 0; // nothing is drawn: no weight may be absent
    const { values, fresh } = await loadParameters(files.weights, parametersOf(configuration), {
      encoder,
      random,
    });
    if (fresh.length > 0)
      throw new Error(
        `${folder}: must hold every weight of config.json's network, got none of the right shape for ${fresh.map(({ name }) => name).join(', ')}`,
      );
    const decision = await readDecision(folder);
    const tokenizer = await loadTokenizer(folder);
    return { configuration, weights: values, tokenizer, ...(decision && { decision }) };
  } finally {
    await files.weights.close();
  }
}

/** All tensors of a safetensors file. */
export async function readTensors(path: string): Promise<Tensors> {
  const file = await openSafetensors(path);
  try {
    const tensors = new Map();
    for (const name of file.entries.keys()) tensors.set(name, await file.read(name));
    return tensors;
  } finally {
    await file.close();
  }
}

/** The weights that a configuration's network has. */
function parametersOf(configuration: Configuration): readonly ParameterSpecification[] {
  if (configuration.calibrator) return calibratorParameters(configuration as CalibratorModel);
  return configuration.tags.length > 0
    ? taggerParameters(configuration)
    : encoderParameters(configuration.encoder);
}

/**
 * First weights of a network: those that `from` has, fresh ones for the rest. Tables with a row for each label are taken
 * over row by row, by the label's name.
 * @throws where a weight of the encoder has another shape in `from`: it is another encoder
 */
export function initialWeights(
  configuration: Configuration,
  {
    from,
    random,
    more = [],
  }: { from?: Checkpoint | undefined; random: Random; more?: readonly ParameterSpecification[] },
): Tensors {
  const wanted = [...parametersOf(configuration), ...more];
  const deviation = configuration.encoder.initializerRange;
  const fresh = initialParameters(wanted, { random, deviation });
  if (from === undefined) return fresh;
  const encoder = new Set(encoderParameters(configuration.encoder).map(({ name }) => name));
  const labelsOf = ({ calibrator }: Configuration) => calibrator?.labels ?? [];
  const rows = labelRows(labelsOf(from.configuration), labelsOf(configuration));
  return new Map(
    wanted.map(({ name, shape }) => {
      const [own, known] = [fresh.get(name) as TensorData, from.weights.get(name)];
      if (known && name in rows) return [name, copyRows(known, own, rows[name] as RowPair[])];
      if (known?.shape.join() === shape.join()) return [name, known];
      if (encoder.has(name))
        throw new Error(
          `checkpoint: ${name} must have shape [${shape.join(', ')}], got [${known?.shape.join(', ')}]; continue with the configuration of the checkpoint`,
        );
      return [name, own];
    }),
  );
}

type RowPair = readonly [from: number, to: number];

/** For each table with a row per label, which row becomes which. The label embedding also has a first row (no label) and a last (unknown). */
function labelRows(
  from: readonly string[],
  to: readonly string[],
): Readonly<Record<string, RowPair[]>> {
  const known = to.flatMap((label, row): RowPair[] =>
    from.includes(label) ? [[from.indexOf(label), row]] : [],
  );
  const shifted = known.map(([old, row]): RowPair => [old + 1, row + 1]);
  return {
    'calibrator.label.weight': known,
    'calibrator.label.bias': known,
    'calibrator.label_embeddings.weight': [[0, 0], ...shifted, [from.length + 1, to.length + 1]],
  };
}

function copyRows(from: TensorData, to: TensorData, pairs: readonly RowPair[]): TensorData {
  const width = to.data.length / (to.shape[0] as number);
  const data = Float32Array.from(to.data as Float32Array);
  for (const [old, row] of pairs)
    data.set((from.data as Float32Array).subarray(old * width, (old + 1) * width), row * width);
  return { data, shape: to.shape };
}

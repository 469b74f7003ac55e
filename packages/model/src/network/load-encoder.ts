/** A checkpoint's encoder by itself: token ids in, the hidden states of each layer out. */

import { type Device, Runtime } from '@calibre/graph';
import { openCheckpoint } from '../files/checkpoint.js';
import { readConfiguration } from './configuration.js';
import { buildEncoder, encoderParameters } from './encoder.js';
import { type EncoderConfiguration, maxTokens } from './encoder-configuration.js';
import { matchParameters, type ParameterMatch, readParameter } from './match-parameters.js';
import type { ParameterSpecification } from './parameters.js';
import { positionIds } from './positions.js';

export interface DeviceOptions {
  /** Default cpu. */
  readonly device?: Device;
  /** Threads of one run on the CPU; the processor's unless given. */
  readonly threads?: number;
}

export interface EncoderInput {
  /** B rows of T token ids, padded to one length. */
  readonly inputIds: readonly (readonly number[])[];
  /** 1 = a token, 0 = padding; every token by default. */
  readonly attentionMask?: readonly (readonly number[])[];
  /** Default 0 throughout (XLM: none at all). */
  readonly tokenTypeIds?: readonly (readonly number[])[];
  /** XLM alone: the language of each token. */
  readonly langs?: readonly (readonly number[])[];
}

export interface EncoderOutput {
  /** The embeddings after their LayerNorm, then each layer; row-major in `shape`. Padding's states mean nothing. */
  readonly hiddenStates: readonly Float32Array[];
  /** [B, T, D] */
  readonly shape: readonly [number, number, number];
}

/** Opens a Hugging Face folder on a runtime of its own. Throws where its files or their shapes do not fit together. */
export async function loadEncoder(folder: string, options: DeviceOptions = {}): Promise<Encoder> {
  const { config, weights } = await openCheckpoint(folder);
  try {
    const { encoder } = readConfiguration(config);
    const runtime = await Runtime.start(options);
    const { unused } = await putParameters(runtime, weights, {
      encoder,
      specifications: encoderParameters(encoder),
    });
    return new Encoder(encoder, { runtime, unused });
  } finally {
    await weights.close();
  }
}

/** Makes every specified weight resident under its name, one at a time; each must be in the checkpoint. */
export async function putParameters(
  runtime: Runtime,
  store: Parameters<typeof readParameter>[0],
  options: {
    readonly encoder: EncoderConfiguration;
    readonly specifications: readonly ParameterSpecification[];
  },
): Promise<ParameterMatch> {
  const { encoder, specifications } = options;
  const match = matchParameters(store.entries, specifications, { encoder, heads: 'required' });
  for (const [name, source] of match.stored)
    await runtime.put(name, await readParameter(store, source), { transfer: true });
  return match;
}

export class Encoder {
  readonly configuration: EncoderConfiguration;
  /** Tensors of the checkpoint that the encoder does not read: its heads. */
  readonly unused: readonly string[];
  readonly #runtime: Runtime;
  /** Programs by which optional inputs they read. */
  readonly #programs = new Map<string, ReturnType<Runtime['load']>>();

  /** Made by `loadEncoder`. */
  constructor(
    configuration: EncoderConfiguration,
    { runtime, unused }: { readonly runtime: Runtime; readonly unused: readonly string[] },
  ) {
    this.configuration = configuration;
    this.unused = unused;
    this.#runtime = runtime;
  }

  /** Hidden states of a padded batch. Throws on rows of unequal length, ids beyond the vocabulary, more tokens than positions. */
  async encode(input: EncoderInput): Promise<EncoderOutput> {
    const { inputIds, attentionMask, tokenTypeIds, langs } = input;
    const encoder = this.configuration;
    const [B, T] = [inputIds.length, inputIds[0]?.length ?? 0];
    if (B === 0 || T === 0 || T > maxTokens(encoder))
      throw new Error(
        `encode: expected 1 row or more of 1 to ${maxTokens(encoder)} tokens, got ${B} of ${T}; cut long texts into windows`,
      );
    if (langs !== undefined && encoder.modelType !== 'xlm')
      throw new Error(`encode: ${encoder.modelType} has no languages; leave langs out`);
    const rows = (name: string, values: EncoderInput['inputIds'] | undefined, below: number) =>
      matrix(name, values ?? inputIds.map((row) => row.map(() => 0)), { shape: [B, T], below });
    const ids = rows('inputIds', inputIds, encoder.vocabularySize);
    const mask = attentionMask
      ? rows('attentionMask', attentionMask, 2).data
      : new Float32Array(B * T).fill(1);
    const types = encoder.modelType === 'xlm' ? encoder.vocabularySize : encoder.tokenTypes;
    const feeds = {
      inputIds: ids,
      attentionMask: { data: Float32Array.from(mask), shape: [B, T] },
      tokenTypeIds: rows('tokenTypeIds', tokenTypeIds, types),
      positionIds: positionIds(ids, encoder),
      languageIds: rows('langs', langs, Math.max(1, encoder.languages)),
    };
    const program = await this.#program({
      languages: langs !== undefined,
      tokenTypes: tokenTypeIds !== undefined && encoder.modelType === 'xlm',
    });
    const read = program.compiled.inputs.filter(({ source }) => source === 'feed');
    const states = await program.run(
      Object.fromEntries(read.map(({ name }) => [name, feeds[name as keyof typeof feeds]])),
    );
    return {
      hiddenStates: Array.from(
        { length: encoder.layers + 1 },
        (_, index) => states[`hiddenState.${index}`]?.data as Float32Array,
      ),
      shape: [B, T, encoder.width],
    };
  }

  #program(options: { readonly languages: boolean; readonly tokenTypes: boolean }) {
    const key = JSON.stringify(options);
    const known = this.#programs.get(key);
    const program = known ?? this.#runtime.load(buildEncoder(this.configuration, options));
    this.#programs.set(key, program);
    return program;
  }

  /** Frees the weights and ends the runtime's thread. */
  dispose(): Promise<void> {
    return this.#runtime.dispose();
  }
}

function matrix(
  name: string,
  rows: readonly (readonly number[])[],
  { shape: [B, T], below }: { shape: [number, number]; below: number },
) {
  for (const [b, row] of rows.entries()) {
    if (row.length !== T)
      throw new Error(
        `encode: every row must have ${T} tokens like the first of inputIds, got ${row.length} in ${name}[${b}]; pad the rows`,
      );
    const t = row.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < below));
    if (t >= 0)
      throw new Error(
        `encode: ${name} must be whole numbers from 0 to ${below - 1}, got ${row[t]} at [${b}][${t}]; is the tokenizer this checkpoint's?`,
      );
  }
  if (rows.length !== B)
    throw new Error(`encode: ${name} must have ${B} rows like inputIds, got ${rows.length}`);
  return { data: Int32Array.from(rows.flat()), shape: [B, T] as readonly number[] };
}

/** A checkpoint's encoder by itself: token ids in, the hidden states of each layer out. */

import { type Device, Runtime } from '@calibre/graph';
import { openCheckpoint } from '../files/checkpoint.js';
import { readConfiguration } from './configuration.js';
import { buildEncoder, encoderParameters } from './encoder.js';
import { type EncoderConfiguration, maxTokens } from './encoder-configuration.js';
import { pickFeeds } from './feeds.js';
import {
  holdsParameters,
  matchParameters,
  type ParameterMatch,
  readParameter,
} from './match-parameters.js';
import type { ParameterSpecification } from './parameters.js';
import { poolerParameters } from './pooler.js';
import { positionIds } from './positions.js';

export interface DeviceOptions {
  /** Default cpu. */
  readonly device?: Device;
  /** Threads of one run on the CPU; the processor's unless given. */
  readonly threads?: number;
}

/** B rows of T whole numbers. */
type Rows = readonly ArrayLike<number>[];

export interface EncoderInput {
  /** Token ids, the rows padded to one length. */
  readonly inputIds: Rows;
  /** 1 = a token, 0 = padding; every token by default. */
  readonly attentionMask?: Rows | null;
  /** Default 0 throughout (XLM: none at all). */
  readonly tokenTypeIds?: Rows | null;
  /** XLM alone: the language of each token. A checkpoint without language embeddings does not look at it. */
  readonly langs?: Rows | null;
}

export interface EncoderOutput {
  /** The embeddings after their LayerNorm, then each layer; row-major in `shape`. Padding's states mean nothing. */
  readonly hiddenStates: readonly Float32Array[];
  /** [B, T, D] */
  readonly shape: readonly [number, number, number];
  /** [B, D]: tanh of a linear map of the first token's last state; where the checkpoint holds a pooler. */
  readonly pooled?: Float32Array;
}

/** Opens a Hugging Face folder on a runtime of its own. Throws where its files or their shapes do not fit together. */
export async function loadEncoder(folder: string, options: DeviceOptions = {}): Promise<Encoder> {
  const { config, weights } = await openCheckpoint(folder);
  try {
    const { encoder } = readConfiguration(config);
    const head = poolerParameters(encoder);
    const pooler = head.length > 0 && holdsParameters(weights.entries, head, encoder);
    const specifications = [...encoderParameters(encoder), ...(pooler ? head : [])];
    const runtime = await Runtime.start(options);
    try {
      const { unused } = await putParameters(runtime, weights, { encoder, specifications });
      return new Encoder(encoder, { runtime, unused, pooler });
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
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
  readonly #pooler: boolean;
  /** Programs by which optional inputs they read. */
  readonly #programs = new Map<string, ReturnType<Runtime['load']>>();

  /** Made by `loadEncoder`. */
  constructor(
    configuration: EncoderConfiguration,
    {
      runtime,
      unused,
      pooler,
    }: { readonly runtime: Runtime; readonly unused: readonly string[]; readonly pooler: boolean },
  ) {
    this.configuration = configuration;
    this.unused = unused;
    this.#runtime = runtime;
    this.#pooler = pooler;
  }

  /** Hidden states of a padded batch. Throws on rows of unequal length, ids beyond the vocabulary, more tokens than positions. */
  async encode(input: EncoderInput): Promise<EncoderOutput> {
    const { inputIds, attentionMask, tokenTypeIds } = input;
    const encoder = this.configuration;
    const [B, T] = [inputIds.length, inputIds[0]?.length ?? 0];
    if (B === 0 || T === 0 || T > maxTokens(encoder))
      throw new Error(
        `encode: expected 1 row or more of 1 to ${maxTokens(encoder)} tokens, got ${B} of ${T}; cut long texts into windows`,
      );
    if (input.langs && encoder.modelType !== 'xlm')
      throw new Error(`encode: ${encoder.modelType} has no languages; leave langs out`);
    const langs = encoder.languages > 0 ? input.langs : undefined;
    const zeros = new Int32Array(T);
    const matrix = (name: string, rows: Rows | null | undefined, below: number) =>
      integers(name, rows ?? Array<Int32Array>(B).fill(zeros), { shape: [B, T], below });
    const ids = matrix('inputIds', inputIds, encoder.vocabularySize);
    const mask = attentionMask
      ? Float32Array.from(matrix('attentionMask', attentionMask, 2).data)
      : new Float32Array(B * T).fill(1);
    const types = encoder.modelType === 'xlm' ? encoder.vocabularySize : encoder.tokenTypes;
    const feeds = {
      inputIds: ids,
      attentionMask: { data: mask, shape: [B, T] },
      tokenTypeIds: matrix('tokenTypeIds', tokenTypeIds, types),
      positionIds: positionIds(ids, encoder),
      languageIds: matrix('langs', langs, encoder.languages),
    };
    const program = await this.#program({
      languages: Boolean(langs),
      tokenTypes: Boolean(tokenTypeIds) && encoder.modelType === 'xlm',
    });
    const outputs = await program.run(
      pickFeeds(
        feeds,
        program.compiled.inputs.flatMap(({ source, name }) => (source === 'feed' ? [name] : [])),
      ),
    );
    const values = (name: string) => outputs[name]?.data as Float32Array;
    return {
      hiddenStates: Array.from({ length: encoder.layers + 1 }, (_, index) =>
        values(`hiddenState.${index}`),
      ),
      shape: [B, T, encoder.width],
      ...(this.#pooler && { pooled: values('pooled') }),
    };
  }

  #program(options: { readonly languages: boolean; readonly tokenTypes: boolean }) {
    const key = JSON.stringify(options);
    const known = this.#programs.get(key);
    const graph = () => buildEncoder(this.configuration, { ...options, pooler: this.#pooler });
    const program = known ?? this.#runtime.load(graph());
    this.#programs.set(key, program);
    return program;
  }

  /** Frees the weights and ends the runtime's thread. */
  dispose(): Promise<void> {
    return this.#runtime.dispose();
  }
}

/** Rows → int32 [B,T], checked. */
function integers(
  name: string,
  rows: Rows,
  { shape: [B, T], below }: { readonly shape: readonly [number, number]; readonly below: number },
) {
  if (rows.length !== B)
    throw new Error(`encode: ${name} must have ${B} rows like inputIds, got ${rows.length}`);
  const data = new Int32Array(B * T);
  for (const [b, row] of rows.entries()) {
    if (row.length !== T)
      throw new Error(
        `encode: every row must have ${T} tokens like the first of inputIds, got ${row.length} in ${name}[${b}]; pad the rows`,
      );
    for (let t = 0; t < T; t++) {
      const value = row[t] as number;
      if (!(Number.isInteger(value) && value >= 0 && value < Math.max(1, below)))
        throw new Error(
          `encode: ${name} must be whole numbers from 0 to ${below - 1}, got ${value} at [${b}][${t}]; is the tokenizer this checkpoint's?`,
        );
      data[b * T + t] = value;
    }
  }
  return { data, shape: [B, T] as readonly number[] };
}

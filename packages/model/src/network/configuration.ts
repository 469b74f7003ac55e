/** `config.json` as a whole: the encoder, its labels, and the `calibre` section that says how a calibrator or tagger was built. */

import {
  type EncoderConfiguration,
  type ModelType,
  readEncoderConfiguration,
  writeEncoderConfiguration,
} from './encoder-configuration.js';

/** The label of "no answer" (paper 3.1.2); always the first of a calibrator's labels. */
export const noneLabel = 'NONE';

/** How much better, in log-probability, an edited answer must be than the initial one. Infinity: never make this edit. */
export interface Margins {
  readonly move: number;
  readonly drop: number;
  readonly relabel: number;
}

/** A unit is what a span starts and ends with: each passage token (the paper), or each word by its first and last token. */
export type Unit = 'token' | 'word';

/**
 * Which pairs (i ≤ j) may be answers: no more than `maxSpan` tokens; no more than `maxSpan` words; or besides that starting
 * with the first and ending with the last token of a word.
 */
export type CandidateSet = 'tokens' | 'words' | 'wordAligned';

export interface MatchingConfiguration {
  /** `linear`: v·[hᵢ; hⱼ] + b (paper eq 11). `biaffine`: uᵢᵀWvⱼ + w·[uᵢ; vⱼ] + b, which can pair a start with an end. */
  readonly form: 'linear' | 'biaffine';
  /** Of the biaffine form: u and v are the states themselves, a linear map of them, or its GELU. */
  readonly projection: 'none' | 'linear' | 'gelu';
  /** Width of the projection. */
  readonly width: number;
  /** A learned bias for each length in units, up to `maxSpan` and one for longer. */
  readonly lengthBias: boolean;
}

/**
 * What decoding ranks pairs by. `joint`: sᵢ + eⱼ + mᵢⱼ in one softmax over all pairs (the joint loss). `independent`:
 * log pˢᵢ + log pᵉⱼ + log σ(mᵢⱼ) (pointer and matching losses). `pointers`: without the last term.
 */
export type PairScore = 'joint' | 'independent' | 'pointers';

export interface CalibratorConfiguration {
  /** `NONE` first; empty for reading comprehension, which has no label head. */
  readonly labels: readonly string[];
  readonly unit: Unit;
  readonly candidates: CandidateSet;
  /** Longest answer, in the unit of `candidates`; the initial and the gold answer are candidates however long. */
  readonly maxSpan: number;
  /** Adds an embedding of case, digits and punctuation of each word. */
  readonly wordShapes: boolean;
  /** Adds an embedding of the initial answer's label to its copy. */
  readonly initialLabels: boolean;
  readonly matching: MatchingConfiguration;
  readonly score: PairScore;
  readonly margins: Margins;
  /** Divide span scores and label logits before the softmax; fitted on a development set. */
  readonly temperatures: { readonly span: number; readonly label: number };
}

/** Options of a tagger trained here (paper eq 1-3). */
export interface TaggerConfiguration {
  readonly wordShapes: boolean;
}

export interface Configuration {
  readonly encoder: EncoderConfiguration;
  /** Tags of a token classifier in the order of its outputs (`id2label`); empty where there is none. */
  readonly tags: readonly string[];
  readonly calibrator?: CalibratorConfiguration;
  readonly tagger?: TaggerConfiguration;
  /** What made this checkpoint; free for the caller (training recipe, replay share, margins' origin). */
  readonly provenance?: unknown;
}

/** A configuration that has a calibrator. */
export type CalibratorModel = Configuration & { readonly calibrator: CalibratorConfiguration };

export const hasCalibrator = (configuration: Configuration): configuration is CalibratorModel =>
  configuration.calibrator !== undefined;

/** Where the paper is silent the value is a guess that the experiments supported: docs/decisions. */
export const calibratorDefaults: CalibratorConfiguration = {
  labels: [noneLabel],
  unit: 'word',
  candidates: 'words',
  maxSpan: 12,
  wordShapes: true,
  initialLabels: true,
  matching: { form: 'biaffine', projection: 'gelu', width: 256, lengthBias: true },
  score: 'joint',
  margins: { move: 0, drop: 0, relabel: 0 },
  temperatures: { span: 1, label: 1 },
};

/** The paper's literal reading: tokens, the linear matching form, no embeddings that it does not have. */
export const paperCalibrator: CalibratorConfiguration = {
  ...calibratorDefaults,
  unit: 'token',
  candidates: 'tokens',
  wordShapes: false,
  initialLabels: false,
  matching: { form: 'linear', projection: 'none', width: 0, lengthBias: false },
  score: 'independent',
};

/** What Hugging Face's classes of a family begin with. */
const classPrefixes: Record<ModelType, string> = {
  bert: 'Bert',
  electra: 'Electra',
  roberta: 'Roberta',
  'xlm-roberta': 'XLMRoberta',
  xlm: 'XLM',
};

type Json = Readonly<Record<string, unknown>>;

const version = 1; // of the `calibre` section

/** Reads a parsed `config.json`. Throws with the field, the rule and what was found. */
export function readConfiguration(json: Json): Configuration {
  const calibre = (json.calibre ?? {}) as Json;
  if ((calibre.version ?? version) !== version)
    throw new Error(
      `config.json: calibre.version must be ${version}, got ${JSON.stringify(calibre.version)}; use the release that wrote it`,
    );
  return {
    encoder: readEncoderConfiguration(json),
    tags: readTags(json),
    ...(calibre.calibrator === undefined
      ? {}
      : { calibrator: readCalibrator(calibre.calibrator as Json) }),
    ...(calibre.tagger === undefined
      ? {}
      : { tagger: { wordShapes: (calibre.tagger as Json).wordShapes === true } }),
    ...(calibre.provenance === undefined ? {} : { provenance: calibre.provenance }),
  };
}

/** The `config.json` of a configuration: Hugging Face's fields, and ours under `calibre`. */
export function writeConfiguration(configuration: Configuration): Record<string, unknown> {
  const { encoder, tags, calibrator, tagger, provenance } = configuration;
  const head = tags.length === 0 ? 'Model' : 'ForTokenClassification';
  return {
    architectures: [`${classPrefixes[encoder.modelType]}${head}`],
    ...writeEncoderConfiguration(encoder),
    ...(tags.length === 0
      ? {}
      : {
          id2label: Object.fromEntries(tags.map((tag, id) => [String(id), tag])),
          label2id: Object.fromEntries(tags.map((tag, id) => [tag, id])),
        }),
    calibre: {
      version,
      ...(calibrator === undefined ? {} : { calibrator: writeCalibrator(calibrator) }),
      ...(tagger === undefined ? {} : { tagger }),
      ...(provenance === undefined ? {} : { provenance }),
    },
  };
}

/** Hugging Face gives encoders without a classifier an `id2label` too; `architectures` tells them apart. */
function readTags({ id2label, architectures }: Json): readonly string[] {
  const classifies =
    !Array.isArray(architectures) ||
    architectures.some((name) => /ForTokenClassification$/.test(name));
  if (!classifies || id2label === undefined || id2label === null) return [];
  const tags: string[] = [];
  for (const [id, tag] of Object.entries(id2label as Record<string, unknown>))
    tags[Number(id)] = String(tag);
  for (let id = 0; id < tags.length; id++)
    if (tags[id] === undefined)
      throw new Error(
        `config.json: id2label must name every id from 0, but ${id} has no label; correct the configuration`,
      );
  return tags;
}

function checkOneOf(field: string, value: unknown, allowed: readonly string[]): void {
  if (!(allowed as readonly unknown[]).includes(value))
    throw new Error(
      `config.json: calibre.calibrator.${field} must be one of ${allowed.join(', ')}, got ${JSON.stringify(value)}; was it written by a newer version?`,
    );
}

function readCalibrator(json: Json): CalibratorConfiguration {
  const merged = { ...calibratorDefaults, ...json } as CalibratorConfiguration;
  checkOneOf('unit', merged.unit, ['token', 'word']);
  checkOneOf('candidates', merged.candidates, ['tokens', 'words', 'wordAligned']);
  checkOneOf('matching.form', merged.matching.form, ['linear', 'biaffine']);
  checkOneOf('matching.projection', merged.matching.projection, ['none', 'linear', 'gelu']);
  checkOneOf('score', merged.score, ['joint', 'independent', 'pointers']);
  if (!Number.isInteger(merged.maxSpan) || merged.maxSpan < 1)
    throw new Error(
      `config.json: calibre.calibrator.maxSpan must be a whole number ≥ 1, got ${JSON.stringify(merged.maxSpan)}; correct the configuration`,
    );
  if (merged.labels.length > 0 && merged.labels[0] !== noneLabel)
    throw new Error(
      `config.json: calibre.calibrator.labels must begin with ${noneLabel}, got ${JSON.stringify(merged.labels)}; correct the configuration`,
    );
  const margins = (json.margins ?? {}) as Record<keyof Margins, number | null | undefined>;
  const margin = (kind: keyof Margins) =>
    margins[kind] === null
      ? Number.POSITIVE_INFINITY
      : (margins[kind] ?? calibratorDefaults.margins[kind]);
  return {
    ...merged,
    margins: { move: margin('move'), drop: margin('drop'), relabel: margin('relabel') },
  };
}

/** JSON has no Infinity: a margin that forbids its edit is written as null. */
function writeCalibrator(calibrator: CalibratorConfiguration): Record<string, unknown> {
  const { move, drop, relabel } = calibrator.margins;
  const finite = (margin: number) => (Number.isFinite(margin) ? margin : null);
  return {
    ...calibrator,
    margins: { move: finite(move), drop: finite(drop), relabel: finite(relabel) },
  };
}

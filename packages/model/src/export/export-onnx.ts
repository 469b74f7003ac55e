/** A checkpoint → ONNX that plain onnxruntime runs, in Node or in a browser. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { type ExportOptions, exportModel, type Graph } from '@calibre/graph';
import { openCheckpoint } from '../files/checkpoint.js';
import { writeBeside } from '../files/write-beside.js';
import { buildCalibratorScores, calibratorParameters } from '../network/calibrator-network.js';
import { type Configuration, hasCalibrator, readConfiguration } from '../network/configuration.js';
import { buildEncoder, encoderParameters } from '../network/encoder.js';
import { buildTaggerScores, taggerParameters } from '../network/heads.js';
import { matchParameters, readParameter } from '../network/match-parameters.js';
import type { ParameterSpecification } from '../network/parameters.js';

export type OnnxOptions = Omit<ExportOptions, 'read'>;

/**
 * The bytes of an ONNX model. Of a calibrator's folder: encoder, heads and scores (inputs as `calibratorFeeds` gives them,
 * outputs `pairScores`, `startLabels`, `endLabels`, which `readings` decodes); of a tagger's: `taggerFeeds`, `tagLogits`; of an
 * encoder's: `hiddenState.0` to `hiddenState.N` from `inputIds`, `attentionMask` (float32) and what else its family reads.
 * Batch, tokens and units are free; weights are inside; inputs and outputs are int32 and float32 in every precision.
 *
 * @throws where the folder's files do not fit together, or the weights exceed the 2 GB of an ONNX file: see `writeOnnx`
 */
export async function exportOnnx(folder: string, options: OnnxOptions = {}): Promise<Uint8Array> {
  const { config, weights } = await openCheckpoint(folder);
  try {
    const configuration = readConfiguration(config);
    const { graph, specifications } = scores(configuration);
    const { encoder } = configuration;
    const { stored } = matchParameters(weights.entries, specifications, {
      encoder,
      heads: 'required',
    });
    return await exportModel(graph, {
      ...options,
      read: (name) => readParameter(weights, stored.get(name) as string),
    });
  } finally {
    await weights.close();
  }
}

/**
 * Writes the model to a file. Weights that exceed `maxModelBytes` (2 GB) go to `<path>.data`, which belongs beside it.
 *
 * @throws as `exportOnnx` does, but for the size
 */
export async function writeOnnx(
  folder: string,
  path: string,
  options: Omit<OnnxOptions, 'external'> = {},
): Promise<void> {
  const data = `${path}.data`;
  const writing = `${data}.writing`;
  let file: FileHandle | undefined;
  const write = async (bytes: Uint8Array) => {
    file ??= await open(writing, 'w');
    await file.write(bytes);
  };
  try {
    const external = { location: basename(data), write };
    const model = await exportOnnx(folder, { ...options, external });
    await file?.sync();
    if (file) await rename(writing, data);
    await writeBeside(path, (whole) => whole.writeFile(model));
  } finally {
    await file?.close();
    await rm(writing, { force: true });
  }
}

function scores(configuration: Configuration): {
  graph: Graph;
  specifications: readonly ParameterSpecification[];
} {
  if (hasCalibrator(configuration))
    return {
      graph: buildCalibratorScores(configuration),
      specifications: calibratorParameters(configuration),
    };
  if (configuration.tags.length > 0)
    return {
      graph: buildTaggerScores(configuration),
      specifications: taggerParameters(configuration),
    };
  const { encoder } = configuration;
  return {
    graph: buildEncoder(encoder, { languages: encoder.languages > 0 }),
    specifications: encoderParameters(encoder),
  };
}

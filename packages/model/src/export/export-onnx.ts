/** A checkpoint → one ONNX file that plain onnxruntime runs, in Node or in a browser. */
import { exportModel, type Graph, type Precision } from '@calibre/graph';
import { openCheckpoint } from '../files/checkpoint.js';
import { buildCalibratorScores, calibratorParameters } from '../network/calibrator-network.js';
import { type Configuration, hasCalibrator, readConfiguration } from '../network/configuration.js';
import { buildTaggerScores, taggerParameters } from '../network/heads.js';
import { matchParameters, readParameter } from '../network/match-parameters.js';
import type { ParameterSpecification } from '../network/parameters.js';

/**
 * The bytes of an ONNX model: encoder, heads and scores of a calibrator's folder (inputs as `calibratorFeeds` gives them,
 * outputs `pairScores`, `startLabels`, `endLabels`, which `readings` decodes) or of a tagger's (`taggerFeeds`, `tagLogits`).
 * Batch, tokens and units are free; weights are inside; inputs and outputs are int32 and float32 in every precision.
 *
 * @throws where the folder is neither, its files do not fit together, or the weights exceed the 2 GB of an ONNX file
 */
export async function exportOnnx(
  folder: string,
  { precision = 'float32' }: { readonly precision?: Precision } = {},
): Promise<Uint8Array> {
  const { config, weights } = await openCheckpoint(folder);
  try {
    const configuration = readConfiguration(config);
    const { graph, specifications } = scores(folder, configuration);
    const { encoder } = configuration;
    const { stored } = matchParameters(weights.entries, specifications, {
      encoder,
      heads: 'required',
    });
    return await exportModel(graph, {
      precision,
      read: (name) => readParameter(weights, stored.get(name) as string),
    });
  } finally {
    await weights.close();
  }
}

function scores(
  folder: string,
  configuration: Configuration,
): { graph: Graph; specifications: readonly ParameterSpecification[] } {
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
  throw new Error(
    `${folder}: must hold a calibrator or a tagger, got an encoder alone; train one on it with \`calibre train\``,
  );
}

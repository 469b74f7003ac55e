/** The learned decision (decision 0012): trees that say how likely a candidate is right, and the file that holds them. */

import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { locateCheckpoint } from '../files/locate-checkpoint.js';
import {
  openSafetensors,
  type StoredTensor,
  type TensorToStore,
  writeSafetensors,
} from '../files/safetensors.js';
import type { TreeNodes } from './boosted-trees.js';
import { decisionFeatures } from './features.js';

/** Candidates with their features, row by row, and which of them were right. */
export interface DecisionRows {
  /** [N, F] for the F of `decisionFeatures`. */
  readonly features: Float32Array;
  /** [N]: 1 where the candidate is a gold answer. */
  readonly right: Uint8Array;
}

export interface DecisionModel {
  readonly trees: TreeNodes;
  /** An answer whose best candidate is less likely right is dropped: F1 asks for half of what F1 can be reached. */
  readonly dropBelow: number;
  /** In texts of fewer words the base model's other answers tell too little; there the margins decide. */
  readonly leastWords: number;
  /** What the trees were learned from, so that adapting forgets nothing. */
  readonly learnedFrom: DecisionRows;
}

const fileName = 'decision.safetensors';
const version = '1';

/** Writes the model's file into a checkpoint's folder. */
export function writeDecision(folder: string, model: DecisionModel): Promise<void> {
  const { trees, dropBelow, leastWords, learnedFrom } = model;
  const { features, right } = learnedFrom;
  const list = (data: Float32Array | Int32Array | Uint8Array): TensorToStore => ({
    data,
    shape: [data.length],
  });
  const tensors = new Map<string, TensorToStore>([
    ...Object.entries(trees).map(([name, data]) => [`trees.${name}`, list(data)] as const),
    ['rows.features', { data: features, shape: [right.length, decisionFeatures.length] }],
    ['rows.right', list(right)],
  ]);
  return writeSafetensors(join(folder, fileName), tensors, {
    metadata: {
      version,
      features: decisionFeatures.join(),
      dropBelow: String(dropBelow),
      leastWords: String(leastWords),
    },
  });
}

/**
 * The model of a checkpoint's folder or id, if it has one.
 * @throws where it was written for other features than this release computes
 */
export async function readDecision(pathOrId: string): Promise<DecisionModel | undefined> {
  const path = join(await locateCheckpoint(pathOrId), fileName);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  const file = await openSafetensors(path);
  try {
    const { metadata } = file;
    if (metadata.version !== version || metadata.features !== decisionFeatures.join())
      throw new Error(
        `${path}: must be of version ${version} with the features of this release, got version ${metadata.version} with ${metadata.features}; use the release that wrote it, or train the calibrator again`,
      );
    const read = async (name: string) => (await file.read(name)).data;
    const [feature, left, right, roots] = (await Promise.all(
      ['feature', 'left', 'right', 'roots'].map((name) => read(`trees.${name}`)),
    )) as [Int32Array, Int32Array, Int32Array, Int32Array];
    const [threshold, value, features] = (await Promise.all(
      ['trees.threshold', 'trees.value', 'rows.features'].map(read),
    )) as [Float32Array, Float32Array, Float32Array];
    return {
      trees: { feature, threshold, left, right, value, roots },
      dropBelow: Number(metadata.dropBelow),
      leastWords: Number(metadata.leastWords),
      learnedFrom: {
        features,
        right: (await read('rows.right')) as StoredTensor['data'] as Uint8Array,
      },
    };
  } finally {
    await file.close();
  }
}

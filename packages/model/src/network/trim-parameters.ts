/** A network with fewer word pieces: the same states for text that the kept pieces cover. */

import { type EncoderConfiguration, isRoberta } from './encoder-configuration.js';
import { encoderNames } from './encoder-names.js';
import type { TensorValues } from './parameters.js';

/**
 * Keeps the rows `keptIds` (`TrimmedTokenizer`: new id → old id) of every weight that has a row for each piece: the word
 * embeddings and the masked-language decoder. Other weights are passed on as they are.
 * Throws where an id is none, padding is not kept, or (RoBERTa, whose positions count from it) has another id than before.
 */
export function trimParameters(
  weights: ReadonlyMap<string, TensorValues>,
  {
    encoder,
    keptIds,
  }: { readonly encoder: EncoderConfiguration; readonly keptIds: ArrayLike<number> },
): { encoder: EncoderConfiguration; weights: Map<string, TensorValues> } {
  const ids = Array.from(keptIds);
  const padTokenId = ids.indexOf(encoder.padTokenId);
  const outside = ids.find((id) => !(id >= 0 && id < encoder.vocabularySize));
  if (outside !== undefined)
    throw new RangeError(
      `trim: kept ids must be below the vocabulary's ${encoder.vocabularySize}, got ${outside}; is the tokenizer this checkpoint's?`,
    );
  if (padTokenId < 0 || (isRoberta(encoder) && padTokenId !== encoder.padTokenId))
    throw new RangeError(
      `trim: padding must ${isRoberta(encoder) ? `keep its id ${encoder.padTokenId}` : 'be kept'}, got ${padTokenId}; keep the ids up to it`,
    );
  const { wordEmbeddings, maskedLanguageModel } = encoderNames(encoder);
  const { tiedBias, decoder } = maskedLanguageModel;
  const perPiece = new Set([
    `${wordEmbeddings}.weight`,
    tiedBias,
    `${decoder}.weight`,
    `${decoder}.bias`,
  ]);
  return {
    encoder: { ...encoder, vocabularySize: ids.length, padTokenId },
    weights: new Map(
      [...weights].map(([name, values]) => [
        name,
        perPiece.has(name) ? rowsOf(values, ids) : values,
      ]),
    ),
  };
}

function rowsOf({ data, shape }: TensorValues, ids: readonly number[]): TensorValues {
  const width = data.length / (shape[0] as number);
  const rows = new Float32Array(ids.length * width);
  for (const [row, id] of ids.entries())
    rows.set(data.subarray(id * width, (id + 1) * width), row * width);
  return { data: rows, shape: [ids.length, ...shape.slice(1)] };
}

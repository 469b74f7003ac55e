import type { Span } from '@calibre/metrics';

/** The version of this contract; it rises when a plugin written for the old one would break. */
export const specificationVersion = 1;

/**
 * A model whose answers are calibrated: any tagger or extractive reader. A plugin implements this and calls the
 * conformance kit (`@calibre/model/conformance`) in its tests.
 */
export interface BaseModel {
  readonly specificationVersion: typeof specificationVersion;
  /** Names the model in reports, such as a path or a hub id. */
  readonly id: string;
  /** Every label that a span may have. */
  readonly labels: readonly string[];
  /**
   * Initial answers for sentences given as words: for each sentence its spans, half-open in words, sorted by start, then
   * end. The same sentence gives the same spans whatever else is in the batch; a sentence without words gives none.
   *
   * @throws `options.signal`'s reason when it aborts
   */
  predict(
    sentences: readonly (readonly string[])[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<readonly (readonly Span[])[]>;
  /** Frees what the model holds. May be called again; `predict` rejects afterwards. */
  dispose(): Promise<void>;
}

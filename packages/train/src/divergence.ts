/** A training that has left the numbers. */

/** Loss or gradient is not finite. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
}

/** The error for what was got in batches, of which it names each once. */
export function divergence(
  got: string,
  batches: readonly { readonly name?: string }[],
): DivergenceError {
  const names = [...new Set(batches.map(({ name = 'unnamed' }) => name))].join(', ');
  return new DivergenceError(
    `train: loss and gradient norm must be finite, got ${got} in batch ${names}; lower the learning rate or look at the batch`,
  );
}

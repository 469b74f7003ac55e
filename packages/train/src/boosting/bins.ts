/** Features as numbers of bins that hold about as many rows each, so that splits are found by counting. */

/** Bins of a feature at most. */
export const bins = 64;

/** Of column f of [N, F]: at most `bins` − 1 upper edges of bins that hold about as many rows each; the last bin is open. */
export function quantiles(
  features: Float32Array,
  { f, F }: { readonly f: number; readonly F: number },
): Float32Array {
  const N = features.length / F;
  const column = Float32Array.from({ length: N }, (_, row) => features[row * F + f] as number);
  const sorted = column.sort();
  const edges = new Set<number>();
  for (let bin = 1; bin < bins; bin++)
    edges.add(sorted[Math.floor((bin * (N - 1)) / bins)] as number);
  return Float32Array.from(edges);
}

/** [N, F]: the first bin whose edge is not below the value. */
export function binRows(features: Float32Array, edges: readonly Float32Array[]): Uint8Array {
  const binned = new Uint8Array(features.length);
  for (let at = 0; at < binned.length; at++) {
    const own = edges[at % edges.length] as Float32Array;
    let [low, high] = [0, own.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((own[middle] as number) >= (features[at] as number)) high = middle;
      else low = middle + 1;
    }
    binned[at] = low;
  }
  return binned;
}

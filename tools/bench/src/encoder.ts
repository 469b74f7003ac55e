/** The network of the engine's benchmark: a BERT-shaped encoder with a start pointer, weights from a seed. */
import {
  attention,
  crossEntropy,
  Graph,
  gelu,
  layerNorm,
  linear,
  type Tensor,
} from '@calibre/graph';

export interface EncoderSize {
  readonly width: number;
  readonly layers: number;
  readonly vocabulary: number;
  readonly maxTokens: number;
  /** Each layer is a block of `Graph.recompute`. */
  readonly recompute?: boolean;
}

const epsilon = 1e-12;
const headWidth = 64;

/**
 * words [B,T,D] (rows of the word table), positions [B,T], mask [B,T], starts [B] → loss [], and the words' input tensor.
 * D width · F = 4 D · K = 64 a head.
 */
export function buildEncoder({ width: D, layers, maxTokens, recompute = false }: EncoderSize): {
  graph: Graph;
  words: Tensor;
  logits: Tensor;
  loss: Tensor;
} {
  const graph = new Graph('encoder');
  const words = graph.input('words', ['B', 'T', D]);
  const mask = graph.input('mask', ['B', 'T']);
  const starts = graph.input('starts', ['B'], 'int32');
  const dense = (name: string, out: number, x: Tensor) =>
    linear(
      x,
      graph.parameter(`${name}.weight`, [out, x.size(-1) as number]),
      graph.parameter(`${name}.bias`, [out]),
    );
  const norm = (name: string, x: Tensor) =>
    layerNorm(x, graph.parameter(`${name}.weight`, [D]), graph.parameter(`${name}.bias`, [D]), {
      epsilon,
    });

  const positions = graph.parameter('positions', [maxTokens, D]).gather(graph.iota('T'));
  let x = norm('embeddings.LayerNorm', words.add(positions));
  const block = <T>(build: () => T): T => (recompute ? graph.recompute(build) : build());
  const layer = (i: number) =>
    graph.scope(`layer.${i}`, () => {
      const name = (part: string) => `layer.${i}.${part}`;
      const [query, key, value] = ['query', 'key', 'value'].map((part) =>
        dense(name(part), D, x),
      ) as [Tensor, Tensor, Tensor];
      const context = attention({ query, key, value, mask, heads: D / headWidth });
      const attended = norm(
        name('attention.LayerNorm'),
        x.add(dense(name('attention.output'), D, context)),
      );
      const inner = gelu(dense(name('intermediate'), 4 * D, attended));
      return norm(name('output.LayerNorm'), attended.add(dense(name('output'), D, inner)));
    });
  for (let i = 0; i < layers; i++) x = block(() => layer(i));
  const logits = dense('start', 1, x).squeeze(-1).add(mask.sub(1).mul(1e9)); // [B,T]
  return { graph, words, logits, loss: crossEntropy(logits, starts) };
}

/** A small generator of uniform numbers in −½…½, the same everywhere. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

/** Initial values of a parameter: gains 1, biases 0, others small and uniform. */
export function initialValues(
  name: string,
  shape: readonly number[],
  random: () => number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  if (name.endsWith('LayerNorm.weight')) values.fill(1);
  else if (!name.endsWith('.bias'))
    for (let i = 0; i < values.length; i++) values[i] = random() * 0.07;
  return values;
}

/** Operators written in primitives (expansions.ts) that have their own, shorter gradient rules. */
import { isFloat } from '../data.js';
import { broadcast, type Dim, formatShape, sameShape } from '../dims.js';
import { type Composite, demand, describe, input } from './operator.js';

export interface CompositeAttributes {
  Gelu: { readonly approximate: 'none' | 'tanh' };
  /** query [B,H,T,K], key and value [B,H,S,K], then bias and dropout mask where flagged → [B,H,T,K]. */
  Attention: { readonly scale: number; readonly bias: boolean; readonly dropout: boolean };
  /** logits […, C], labels […] → mean over the labels that are classes and not `ignoreIndex`, []. */
  CrossEntropy: { readonly ignoreIndex: number };
}

export const composites: { [N in keyof CompositeAttributes]: Composite<CompositeAttributes[N]> } = {
  Gelu: {
    infer(inputs) {
      const x = input(inputs, 0);
      demand(isFloat(x.type), 'the operand must be a float', 'float32 or float16', x.type);
      return [x];
    },
    emit(emitter, { inputs, outputs, attributes }) {
      const kernel = attributes.approximate === 'tanh' ? 'FastGelu' : 'Gelu';
      emitter.node(kernel, inputs, outputs, { domain: 'com.microsoft' });
    },
  },
  Attention: {
    infer(inputs) {
      const [query, key, value] = [input(inputs, 0), input(inputs, 1), input(inputs, 2)];
      demand(
        query.shape.length === 4,
        'attention takes heads apart',
        '[batch, heads, tokens, width]',
        formatShape(query.shape),
      );
      demand(
        sameShape(key.shape, value.shape),
        'keys and values have one shape',
        formatShape(key.shape),
        formatShape(value.shape),
      );
      const [B, H, T, K] = query.shape as [Dim, Dim, Dim, Dim];
      const S = key.shape[2] as Dim;
      demand(
        sameShape(key.shape, [B, H, S, K]),
        'queries and keys differ in tokens only',
        `[${[B, H, 'S', K]}]`,
        formatShape(key.shape),
      );
      for (const extra of inputs.slice(3)) {
        const fits = broadcast(extra.shape, [B, H, T, S]);
        demand(
          fits !== undefined && sameShape(fits, [B, H, T, S]),
          'bias and dropout broadcast to the scores',
          `[${[B, H, T, S]}]`,
          formatShape(extra.shape),
        );
      }
      return [query];
    },
  },
  CrossEntropy: {
    infer(inputs) {
      const [logits, labels] = [input(inputs, 0), input(inputs, 1)];
      demand(
        labels.type === 'int32' || labels.type === 'int64',
        'labels must be integers',
        'int32 or int64',
        labels.type,
      );
      demand(
        typeof logits.shape.at(-1) === 'number' || logits.shape.length > 0,
        'logits end in the classes',
        '[…, C]',
        describe(logits),
      );
      demand(
        sameShape(logits.shape.slice(0, -1), labels.shape),
        'there is one label for each row of logits',
        formatShape(logits.shape.slice(0, -1)),
        formatShape(labels.shape),
      );
      return [{ shape: [], type: logits.type }];
    },
  },
};

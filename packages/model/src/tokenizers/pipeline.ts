import { createLayout } from './layout.js';
import { createSegmenter } from './segmenter.js';
import { resolveSpecialIds, type SpecialNames } from './special-tokens.js';
import type { TokenizerSpecification } from './specification.js';
import { type SpecialIds, Tokenizer } from './tokenizer.js';
import { trimSpecification } from './trim-specification.js';

/**
 * A tokenizer from the contents of `tokenizer.json`. Its `truncation` and `padding` are not applied: lengths are
 * arguments here.
 *
 * @param names which token serves which purpose; the usual names of BERT and RoBERTa where not given
 * @throws for parts of a kind that is not supported, and for a special token that is not in the vocabulary
 */
export function createTokenizer(
  specification: TokenizerSpecification,
  names: SpecialNames = {},
): Tokenizer {
  const segmenter = createSegmenter(specification);
  const layout = createLayout(specification);
  const special = resolveSpecialIds(segmenter.vocabulary, layout, names);
  return new Tokenizer({
    segmenter,
    layout,
    special,
    emptySecondIsNone: true,
    trim: (wantedIds) => {
      const required = [
        ...Object.values(special),
        ...specification.added_tokens.map(({ id }) => id),
      ];
      const trimmed = trimSpecification(specification, new Set([...wantedIds, ...required]));
      return { tokenizer: createTokenizer(trimmed.specification, names), keptIds: trimmed.keptIds };
    },
    files: () => ({
      'tokenizer.json': JSON.stringify(specification),
      // The plain class reads tokenizer.json as it is; model-specific classes of transformers 5 rebuild parts of it.
      'tokenizer_config.json': JSON.stringify(
        {
          tokenizer_class: 'PreTrainedTokenizerFast',
          model_input_names: [
            'input_ids',
            ...(layout.lastType > 0 ? ['token_type_ids'] : []),
            'attention_mask',
          ],
          ...tokenNames(special, segmenter.vocabulary),
        },
        null,
        2,
      ),
    }),
  });
}

function tokenNames(
  special: SpecialIds,
  vocabulary: ReadonlyMap<string, number>,
): Record<string, string> {
  const tokens = new Map([...vocabulary].map(([token, id]) => [id, token]));
  return Object.fromEntries(
    Object.entries(special).map(([purpose, id]) => [`${purpose}_token`, tokens.get(id) as string]),
  );
}

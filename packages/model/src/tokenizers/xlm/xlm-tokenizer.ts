import { resolveSpecialIds } from '../special-tokens.js';
import { Tokenizer } from '../tokenizer.js';
import { createXlmSegmenter, type XlmParts } from './xlm-segmenter.js';

/** XLM's tokenizer. Running text and words take a `language` (ISO 639-1), which decides how they are split. */
export function createXlmTokenizer(parts: XlmParts): Tokenizer {
  const { vocabulary, special } = parts;
  const idOf = (token: string): number => {
    const id = vocabulary.get(token);
    if (id === undefined) {
      throw new Error(
        `vocab.json: must hold the special token ${token}, got none; use the file that belongs to the checkpoint`,
      );
    }
    return id;
  };
  const [cls, sep] = [idOf(special.cls), idOf(special.sep)];
  const layout = { prefix: [cls], separator: [sep], suffix: [sep], firstType: 0, lastType: 0 };
  return new Tokenizer({
    segmenter: createXlmSegmenter(parts),
    layout,
    special: resolveSpecialIds(vocabulary, layout, special),
    emptySecondIsNone: false,
    trim(wantedIds) {
      const wanted = new Set([...wantedIds, ...parts.addedTokens.map(idOf)]);
      const kept = [...vocabulary].filter(([, id]) => wanted.has(id)).sort(([, a], [, b]) => a - b);
      // Merges stay: they work without their results in the vocabulary, and removing one changes how others apply.
      const trimmed = new Map(kept.map(([token], id) => [token, id]));
      return {
        tokenizer: createXlmTokenizer({ ...parts, vocabulary: trimmed }),
        keptIds: Int32Array.from(kept, ([, id]) => id),
      };
    },
    files: () => ({
      'vocab.json': JSON.stringify(Object.fromEntries(vocabulary)),
      'merges.txt': parts.merges.map((pair) => `${pair.join(' ')}\n`).join(''),
      'tokenizer_config.json': JSON.stringify(
        {
          tokenizer_class: 'XLMTokenizer',
          do_lowercase_and_remove_accent: parts.fold,
          bos_token: special.cls,
          cls_token: special.sep,
          sep_token: special.sep,
          pad_token: special.pad,
          unk_token: special.unk,
          mask_token: special.mask,
          additional_special_tokens: parts.addedTokens.filter((token) =>
            token.startsWith('<special'),
          ),
        },
        null,
        2,
      ),
    }),
  });
}

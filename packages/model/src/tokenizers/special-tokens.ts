import type { SequenceLayout } from './layout.js';
import type { SpecialIds } from './tokenizer.js';

/** The token's string for each purpose, as `special_tokens_map.json` and `tokenizer_config.json` give them. */
export type SpecialNames = { readonly [purpose in keyof SpecialIds]?: string };

const usualNames: { readonly [purpose in keyof SpecialIds]: readonly string[] } = {
  cls: ['[CLS]', '<s>'],
  sep: ['[SEP]', '</s>'],
  pad: ['[PAD]', '<pad>'],
  unk: ['[UNK]', '<unk>'],
  mask: ['[MASK]', '<mask>'],
};

/**
 * The ids of the tokens with a function. What opens and closes an input is read from the layout, since the names may
 * say otherwise (XLM opens with `<s>` although its cls_token is `</s>`).
 *
 * @throws where a purpose has no token in the vocabulary, or the layout an id that no token has
 */
export function resolveSpecialIds(
  vocabulary: ReadonlyMap<string, number>,
  layout: SequenceLayout,
  names: SpecialNames,
): SpecialIds {
  const idOf = (purpose: keyof SpecialIds): number => {
    const candidates = names[purpose] === undefined ? usualNames[purpose] : [names[purpose]];
    const id = candidates.map((name) => vocabulary.get(name)).find((found) => found !== undefined);
    if (id === undefined) {
      throw new Error(
        `tokenizer: the ${purpose} token must be in the vocabulary, got ${candidates.join(' or ')}; name it in special_tokens_map.json as ${purpose}_token`,
      );
    }
    return id;
  };
  const ids = new Set(vocabulary.values());
  const unknown = [...layout.prefix, ...layout.separator, ...layout.suffix].find(
    (id) => !ids.has(id),
  );
  if (unknown !== undefined) {
    throw new Error(
      `tokenizer.json: post_processor must name ids of the vocabulary, got ${unknown}; the file is damaged`,
    );
  }
  return {
    cls: layout.prefix[0] ?? idOf('cls'),
    sep: layout.suffix.at(-1) ?? idOf('sep'),
    pad: idOf('pad'),
    unk: idOf('unk'),
    mask: idOf('mask'),
  };
}

/** Reads the names from a parsed `special_tokens_map.json` or `tokenizer_config.json`; a token is a string or an object. */
export function specialNamesOf(config: Readonly<Record<string, unknown>>): SpecialNames {
  const names: Record<string, string> = {};
  for (const purpose of Object.keys(usualNames)) {
    const token = config[`${purpose}_token`];
    const content =
      typeof token === 'object' ? (token as { content?: string } | null)?.content : token;
    if (typeof content === 'string') names[purpose] = content;
  }
  return names;
}

import type { TokenizerSpecification } from './specification.js';

/**
 * tokenizer.json of a BERT tokenizer.
 *
 * @param tokens the vocabulary in the order of its ids, with [PAD], [UNK], [CLS], [SEP] and [MASK]
 * @param options.stripAccents null: as `lowercase`
 * @param options.separateIdeographs whether each Chinese character is a word
 */
export function wordPieceSpecification(
  tokens: readonly string[],
  {
    lowercase = false,
    stripAccents = null,
    separateIdeographs = true,
  }: { lowercase?: boolean; stripAccents?: boolean | null; separateIdeographs?: boolean } = {},
): TokenizerSpecification {
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const idOf = (token: string): number => {
    if (!Object.hasOwn(vocab, token)) {
      throw new Error(
        `vocab.txt: must hold ${wordPieceSpecial.join(', ')}, got no ${token}; add it as a line of its own`,
      );
    }
    return vocab[token] as number;
  };
  const special = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } });
  const ofSecond = (token: string) => ({ SpecialToken: { id: token, type_id: 1 } });
  const first = { Sequence: { id: 'A', type_id: 0 } };
  const second = { Sequence: { id: 'B', type_id: 1 } };
  const template = (token: string) => ({ id: token, ids: [idOf(token)], tokens: [token] });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: wordPieceSpecial
      .map((content) => ({
        id: idOf(content),
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      }))
      .sort((a, b) => a.id - b.id),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: separateIdeographs,
      strip_accents: stripAccents,
      lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), first, special('[SEP]')],
      pair: [special('[CLS]'), first, special('[SEP]'), second, ofSecond('[SEP]')],
      special_tokens: { '[CLS]': template('[CLS]'), '[SEP]': template('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

/** The tokens with a function in a BERT vocabulary. */
export const wordPieceSpecial: readonly string[] = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

import type { TokenizerSpecification } from './specification.js';

const special = ['<s>', '<pad>', '</s>', '<unk>', '<mask>'];

/**
 * tokenizer.json of a RoBERTa tokenizer.
 *
 * @param vocabulary token → id, with `<s>`, `<pad>`, `</s>`, `<unk>` and `<mask>`
 * @param options.merges pairs of tokens, the first to be joined first
 * @param options.prefixed whether a text begins with a space where it has none
 */
export function robertaSpecification(
  vocabulary: Readonly<Record<string, number>>,
  {
    merges,
    prefixed = false,
  }: { merges: readonly (readonly [string, string])[]; prefixed?: boolean },
): TokenizerSpecification {
  const idOf = (token: string): number => {
    if (!Object.hasOwn(vocabulary, token))
      throw new Error(
        `vocab.json: must be of XLM, whose words end with </w>, or of RoBERTa with ${special.join(', ')}, got no ${token}; save the tokenizer with save_pretrained`,
      );
    return vocabulary[token] as number;
  };
  const settings = { add_prefix_space: prefixed, trim_offsets: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special
      .map((content) => ({
        id: idOf(content),
        content,
        single_word: false,
        lstrip: content === '<mask>',
        rstrip: false,
        normalized: false,
        special: true,
      }))
      .sort((a, b) => a.id - b.id),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', ...settings, use_regex: true },
    post_processor: {
      type: 'RobertaProcessing',
      sep: ['</s>', idOf('</s>')],
      cls: ['<s>', idOf('<s>')],
      ...settings,
    },
    decoder: { type: 'ByteLevel', ...settings, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      vocab: vocabulary,
      merges,
    },
  };
}

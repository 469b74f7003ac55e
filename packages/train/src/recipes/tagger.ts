/** A base tagger (paper eq 1–3): each word's tag from its first token; spans are what the tags spell. */
import { formatTags } from '@calibre/metrics';
import {
  buildTaggerLoss,
  type Configuration,
  maxTokens,
  type TaggerRow,
  type Tokenizer,
  taggerFeeds,
  taggerRows,
  tokenizeWords,
} from '@calibre/model';
import type { ItemSource } from '../batches.js';
import { type Checkpoint, initialWeights } from '../checkpoint.js';
import { type TrainingConfig, trainingDefaults } from '../config.js';
import { fit, type RunOptions, wordRows } from '../fit.js';
import { type NewEncoderConfig, newEncoder, newEncoderDefaults } from '../new-encoder.js';
import { randomOf } from '../random.js';
import { type LabelledSentence, labelsIn, languageOf } from '../sentences.js';

export interface TaggerConfig extends TrainingConfig, NewEncoderConfig {
  /** Adds an embedding of case, digits and punctuation of each word. */
  readonly wordShapes: boolean;
}

export const taggerDefaults: TaggerConfig = {
  ...trainingDefaults,
  ...newEncoderDefaults,
  steps: 2000, // (guess)
  wordShapes: true, // (guess) for encoders trained from scratch; the paper's have none
};

export interface TaggerOptions extends RunOptions {
  readonly sentences: readonly LabelledSentence[];
  /** Start of the network: a tokenizer, whose vocabulary is trimmed to the sentences, or a checkpoint whose encoder goes on. */
  readonly from: { readonly tokenizer: Tokenizer } | Checkpoint;
  readonly config?: Partial<TaggerConfig> | undefined;
}

/** A row of words and the tag of each. */
interface TaggedRow {
  readonly row: TaggerRow;
  readonly tagIds: readonly number[];
}

/** Trains a tagger; its tags are IOB2 over the labels of the sentences. */
export async function trainTagger(options: TaggerOptions): Promise<Checkpoint> {
  const { sentences } = options;
  const config: TaggerConfig = { ...taggerDefaults, ...options.config };
  const { configuration, tokenizer, from } = networkOf(options, config);
  const { encoder } = configuration;
  const rows = taggedRows(sentences, { configuration, tokenizer });
  const source: ItemSource<TaggedRow> = {
    length: rows.length,
    weight: 1,
    draw: (index) => rows[index],
  };
  const { wordEmbeddings: words, recompute } = config;
  const weights = await fit<TaggedRow>(
    {
      configuration,
      tokenizer,
      config,
      weights: initialWeights(configuration, { from, random: randomOf(config.seed, -4) }),
      network: () => buildTaggerLoss(configuration, { words, dropout: true, recompute }),
      ...(words === 'rows' && { rows: wordRows(encoder) }),
      stages: [{ name: 'tagger', untilStep: config.steps, sources: [source] }],
      itemTokens: ({ row }) => row.inputIds.length,
      itemWeight: ({ tagIds }) => tagIds.length,
      feeds: (items) => {
        const tags = items.map(({ tagIds }) => tagIds);
        return taggerFeeds(
          items.map(({ row }) => row),
          { encoder, pad: tokenizer.special.pad, tags },
        );
      },
    },
    options,
  );
  return { configuration, weights, tokenizer };
}

function networkOf(
  { from, sentences }: TaggerOptions,
  config: TaggerConfig,
): { configuration: Configuration; tokenizer: Tokenizer; from: Checkpoint | undefined } {
  const labels = labelsIn(sentences);
  const head = {
    tags: ['O', ...labels.flatMap((label) => [`B-${label}`, `I-${label}`])],
    tagger: { wordShapes: config.wordShapes },
  };
  if ('configuration' in from) {
    const { encoder } = from.configuration;
    return { configuration: { encoder, ...head }, tokenizer: from.tokenizer, from };
  }
  const words = sentences.flatMap((sentence) => sentence.words);
  const { encoder, tokenizer } = newEncoder(config, { tokenizer: from.tokenizer, words });
  return { configuration: { encoder, ...head }, tokenizer, from: undefined };
}

function taggedRows(
  sentences: readonly LabelledSentence[],
  { configuration, tokenizer }: { configuration: Configuration; tokenizer: Tokenizer },
): TaggedRow[] {
  const { encoder, tags } = configuration;
  const options = { layout: tokenizer.layout, maxTokens: maxTokens(encoder) };
  const idOf = new Map(tags.map((tag, id) => [tag, id]));
  return sentences.flatMap((sentence) => {
    const { words, spans } = sentence;
    const passage = tokenizeWords(tokenizer, words, languageOf(sentence));
    const tagIds = formatTags(spans, words.length).map((tag) => idOf.get(tag) as number);
    return taggerRows(passage, options).map((row) => ({
      row,
      tagIds: tagIds.slice(row.firstWord, row.firstWord + row.wordPositions.length),
    }));
  });
}

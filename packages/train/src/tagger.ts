/** A trained tagger as a base model: words in, the spans that its tags spell out. */
import type { Program, Runtime, TensorData } from '@calibre/graph';
import { parseTags, type Span } from '@calibre/metrics';
import {
  type BaseModel,
  buildTaggerScores,
  likeliestTags,
  maxTokens,
  pickFeeds,
  specificationVersion,
  taggerFeeds,
  taggerRows,
  tokenizeWords,
} from '@calibre/model';
import { bucket } from './batches.js';
import type { Checkpoint } from './checkpoint.js';

const tokensPerBatch = 8192;

/** Puts a tagger's weights on a runtime and answers from there until another network is put on it. */
export async function taggerOn(
  runtime: Runtime,
  checkpoint: Checkpoint,
  { id = 'tagger' } = {},
): Promise<BaseModel> {
  const { configuration, weights } = checkpoint;
  for (const [name, tensor] of weights) await runtime.put(name, tensor);
  const program = await runtime.load(buildTaggerScores(configuration));
  const labels = new Set(
    configuration.tags.filter((tag) => tag !== 'O').map((tag) => tag.slice(2)),
  );
  return {
    specificationVersion,
    id,
    labels: [...labels],
    predict: (sentences, { signal } = {}) => predict(program, sentences, { checkpoint, signal }),
    dispose: () => program.dispose(),
  };
}

async function predict(
  program: Program,
  sentences: readonly (readonly string[])[],
  { checkpoint, signal }: { checkpoint: Checkpoint; signal: AbortSignal | undefined },
): Promise<Span[][]> {
  const { configuration, tokenizer } = checkpoint;
  const { encoder, tags } = configuration;
  const options = { layout: tokenizer.layout, maxTokens: maxTokens(encoder) };
  const rows = sentences.flatMap((words, sentence) =>
    taggerRows(tokenizeWords(tokenizer, words), options).map((row) => ({ row, sentence })),
  );
  const found = sentences.map((words) => new Array<string>(words.length).fill('O'));
  const names = program.compiled.inputs
    .filter(({ source }) => source === 'feed')
    .map(({ name }) => name);
  for (const batch of bucket(rows, {
    itemTokens: ({ row }) => row.inputIds.length,
    tokensPerBatch,
  })) {
    const batchRows = batch.map(({ row }) => row);
    const feeds = taggerFeeds(batchRows, { encoder, pad: tokenizer.special.pad });
    const { tagLogits } = await program.run(pickFeeds(feeds, names), signal ? { signal } : {});
    const { data, shape } = tagLogits as TensorData;
    const likeliest = likeliestTags(batchRows, { data: data as Float32Array, shape });
    batch.forEach(({ row, sentence }, place) => {
      likeliest[place]?.forEach((tag, word) => {
        (found[sentence] as string[])[row.firstWord + word] = tags[tag] as string;
      });
    });
  }
  return found.map((sentenceTags) => parseTags(sentenceTags));
}

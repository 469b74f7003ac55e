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
  type TaggerRow,
  taggerFeeds,
  taggerRows,
  tokenizeWords,
} from '@calibre/model';
import { bucket } from './batches.js';
import type { Checkpoint } from './checkpoint.js';

const tokensPerBatch = 8192;

/** Puts a tagger's weights on a runtime; it answers from there until another network is put on it. */
export async function taggerOn(
  runtime: Runtime,
  checkpoint: Checkpoint,
  { id = 'tagger' } = {},
): Promise<BaseModel> {
  for (const [name, tensor] of checkpoint.weights) await runtime.put(name, tensor);
  const program = await runtime.load(buildTaggerScores(checkpoint.configuration));
  return new Tagger(program, checkpoint, id);
}

class Tagger implements BaseModel {
  readonly specificationVersion = specificationVersion;
  readonly id: string;
  readonly labels: readonly string[];
  readonly #program: Program;
  readonly #checkpoint: Checkpoint;
  #isDisposed = false;

  constructor(program: Program, checkpoint: Checkpoint, id: string) {
    const tags = checkpoint.configuration.tags.filter((tag) => tag !== 'O');
    this.id = id;
    this.labels = [...new Set(tags.map((tag) => tag.slice(2)))];
    this.#program = program;
    this.#checkpoint = checkpoint;
  }

  async predict(
    sentences: readonly (readonly string[])[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Span[][]> {
    if (this.#isDisposed) throw new Error(`${this.id}: was disposed of; put it on a runtime again`);
    const { configuration, tokenizer } = this.#checkpoint;
    const options = { layout: tokenizer.layout, maxTokens: maxTokens(configuration.encoder) };
    const rows = sentences.flatMap((words, sentence) =>
      taggerRows(tokenizeWords(tokenizer, words), options).map((row) => ({ row, sentence })),
    );
    const found = sentences.map((words) => new Array<string>(words.length).fill('O'));
    const itemTokens = ({ row }: (typeof rows)[number]) => row.inputIds.length;
    for (const batch of bucket(rows, { itemTokens, tokensPerBatch })) {
      signal?.throwIfAborted();
      const tags = await this.#tagsOf(batch.map(({ row }) => row));
      batch.forEach(({ row, sentence }, place) => {
        found[sentence]?.splice(
          row.firstWord,
          row.wordPositions.length,
          ...(tags[place] as string[]),
        );
      });
    }
    signal?.throwIfAborted();
    return found.map((tags) => parseTags(tags));
  }

  /** The likeliest tag of each word of each row. */
  async #tagsOf(rows: readonly TaggerRow[]): Promise<string[][]> {
    const { configuration, tokenizer } = this.#checkpoint;
    const { encoder, tags } = configuration;
    const read = this.#program.compiled.inputs.filter(({ source }) => source === 'feed');
    const feeds = taggerFeeds(rows, { encoder, pad: tokenizer.special.pad });
    const results = await this.#program.run(
      pickFeeds(
        feeds,
        read.map(({ name }) => name),
      ),
    );
    const { data, shape } = results.tagLogits as TensorData;
    const likeliest = likeliestTags(rows, { data: data as Float32Array, shape });
    return likeliest.map((ids) => ids.map((id) => tags[id] as string));
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#program.dispose();
  }
}

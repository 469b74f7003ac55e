import type { Span } from '@calibre/metrics';
import { createTokenizer } from '../tokenizers/pipeline.js';
import { specialNamesOf } from '../tokenizers/special-tokens.js';
import { checkSpecification } from '../tokenizers/specification.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { type BaseModel, specificationVersion } from './base-model.js';
import { Disposal } from './disposal.js';
import { inOrder } from './span-order.js';
import { type TokenBatch, tokenBatch } from './token-batch.js';
import { firstTokens, wordTagger } from './word-tagger.js';

/** What is used of a pipeline of `@huggingface/transformers` (or `@xenova/transformers`, version 3 or later). */
export interface TransformersPipeline {
  readonly task: string;
  readonly model: {
    readonly config: object;
    (
      inputs: Record<string, unknown>,
    ): Promise<Record<string, { readonly data: unknown } | undefined>>;
  };
  readonly tokenizer: {
    (text: string): Record<string, unknown>;
    readonly _tokenizerJSON: object;
    readonly _tokenizerConfig: object;
  };
  dispose(): Promise<unknown>;
}

/** What the pipeline does not say. */
export interface TransformersModelOptions {
  /** Default: the name of the checkpoint. */
  readonly id?: string;
  /** Greatest number of tokens that the model reads at a time. Default: what its configuration says. */
  readonly maxTokens?: number;
  /** For a question-answering pipeline: what to ask of each sentence, by the label that an answer gets. */
  readonly questions?: Readonly<Record<string, string>>;
  /** For question answering: longest answer in words. Default 8. */
  readonly maxAnswerWords?: number;
}

/**
 * A pipeline of transformers.js as a base model: token classification, or question answering with a question for each
 * label. The pipeline itself gives no offsets, so words are tokenised here and its model is run on them.
 *
 * ```ts
 * import { pipeline } from '@huggingface/transformers';
 * const base = transformersModel(await pipeline('token-classification', 'Xenova/bert-base-NER'));
 * ```
 *
 * @throws for another task, a tokenizer that is not supported, and question answering without questions
 */
export function transformersModel(
  pipeline: TransformersPipeline,
  options: TransformersModelOptions = {},
): BaseModel {
  switch (pipeline.task) {
    case 'token-classification':
    case 'ner':
      return tagger(pipeline, options);
    case 'question-answering':
      return reader(pipeline, options);
    default:
      throw new Error(
        `transformers: the pipeline's task must be token-classification or question-answering, got ${pipeline.task}; create another pipeline`,
      );
  }
}

function tagger(pipeline: TransformersPipeline, options: TransformersModelOptions): BaseModel {
  const { id, config, tokenizer, maxTokens } = settingsOf(pipeline, options);
  const labels = Object.entries((config.id2label ?? {}) as Record<string, string>);
  const tags = labels.sort(([a], [b]) => Number(a) - Number(b)).map(([, tag]) => tag);
  const run = modelOf(pipeline);
  return wordTagger({
    id,
    tags,
    tokenizer,
    maxTokens,
    async classify(rows) {
      const batch = tokenBatch(rows, { pad: tokenizer.special.pad });
      const [logits] = await run(batch, ['logits']);
      return {
        data: logits ?? [],
        offsetOf: firstTokens(rows, { T: batch.shape[1], L: tags.length }),
      };
    },
    release: () => pipeline.dispose(),
  });
}

function reader(pipeline: TransformersPipeline, options: TransformersModelOptions): BaseModel {
  const { id, tokenizer, maxTokens } = settingsOf(pipeline, options);
  const { questions = {}, maxAnswerWords = 8 } = options;
  const asked = Object.entries(questions);
  if (asked.length === 0) {
    throw new Error(
      'transformers: a question-answering pipeline needs questions, got none; pass { questions: { PER: "Who is named?" } }',
    );
  }
  const run = modelOf(pipeline);
  const disposal = new Disposal(id, () => pipeline.dispose());

  const answer = async (
    words: readonly string[],
    [label, question]: [string, string],
  ): Promise<Span[]> => {
    const asked = tokenizer
      .encodeText(question)
      .ids.slice(tokenizer.layout.prefix.length, -tokenizer.layout.suffix.length);
    const room = maxTokens - tokenizer.assemble([asked, []]).ids.length;
    if (room < 1) {
      throw new Error(
        `transformers: a question must leave room for the text in ${maxTokens} tokens, got ${asked.length} tokens for ${label}; shorten the question`,
      );
    }
    let best: Candidate = { start: 0, end: 0, score: Number.NEGATIVE_INFINITY };
    let noAnswer = Number.POSITIVE_INFINITY;
    for (const { firstWord, tokens, bounds } of passagesOf(words, { tokenizer, room })) {
      const row = tokenizer.assemble([asked, tokens]);
      const batch = tokenBatch([{ inputIds: row.ids, typeIds: row.typeIds }], {
        pad: tokenizer.special.pad,
      });
      const [starts, ends] = await run(batch, ['start_logits', 'end_logits']);
      const found = bestAnswer(starts as ArrayLike<number>, ends as ArrayLike<number>, {
        bounds,
        firstToken: row.starts[1] as number,
        maxWords: maxAnswerWords,
      });
      if (found.score > best.score) {
        best = { ...found, start: firstWord + found.start, end: firstWord + found.end };
      }
      // Of several windows the one that is least sure that there is no answer counts, as in SQuAD 2.0.
      noAnswer = Math.min(noAnswer, (starts?.[0] as number) + (ends?.[0] as number));
    }
    return best.score > noAnswer ? [{ ...best, label, score: best.score - noAnswer }] : [];
  };

  return {
    specificationVersion,
    id,
    labels: asked.map(([label]) => label),
    async predict(sentences, { signal } = {}) {
      disposal.check();
      signal?.throwIfAborted();
      const answers: Span[][] = [];
      for (const words of sentences) {
        const spans: Span[] = [];
        for (const question of words.length > 0 ? asked : []) {
          spans.push(...(await answer(words, question)));
          signal?.throwIfAborted();
        }
        answers.push(inOrder(spans));
      }
      return answers;
    },
    dispose: () => disposal.dispose(),
  };
}

interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** The words in windows that fit, each beginning half a window after the one before; bounds are tokens by word. */
function passagesOf(
  words: readonly string[],
  { tokenizer, room }: { tokenizer: Tokenizer; room: number },
): { firstWord: number; tokens: number[]; bounds: [first: number, last: number][] }[] {
  const passages = [];
  for (let firstWord = 0, end = 0; end < words.length; ) {
    const tokens: number[] = [];
    const bounds: [number, number][] = [];
    for (end = firstWord; end < words.length; end++) {
      const piece = tokenizer.wordIds(words[end] as string).slice(0, room);
      if (tokens.length + piece.length > room) break;
      bounds.push([tokens.length, tokens.length + piece.length - 1]);
      tokens.push(...piece);
    }
    passages.push({ firstWord, tokens, bounds });
    firstWord += Math.max(1, Math.floor(bounds.length / 2));
  }
  return passages;
}

/** The words whose first and last tokens have the greatest sum of start and end logits. */
function bestAnswer(
  starts: ArrayLike<number>,
  ends: ArrayLike<number>,
  {
    bounds,
    firstToken,
    maxWords,
  }: { bounds: readonly [number, number][]; firstToken: number; maxWords: number },
): Candidate {
  let best: Candidate = { start: 0, end: 0, score: Number.NEGATIVE_INFINITY };
  bounds.forEach(([first], start) => {
    bounds.slice(start, start + maxWords).forEach(([, last], length) => {
      const score = (starts[firstToken + first] as number) + (ends[firstToken + last] as number);
      if (score > best.score) best = { start, end: start + length + 1, score };
    });
  });
  return best;
}

/** Runs the pipeline's model on a batch; gives the named outputs. */
function modelOf(pipeline: TransformersPipeline) {
  const example = pipeline.tokenizer('a');
  // The library's tensor class, taken from what it makes, so that it need not be imported.
  const Tensor = (example.input_ids as object).constructor as new (
    type: 'int64',
    data: BigInt64Array,
    shape: readonly number[],
  ) => unknown;
  return async (batch: TokenBatch, outputs: readonly string[]): Promise<ArrayLike<number>[]> => {
    const inputs = Object.entries(batch.inputs)
      .filter(([name]) => name in example)
      .map(([name, data]) => [name, new Tensor('int64', data, batch.shape)]);
    const results = await pipeline.model(Object.fromEntries(inputs));
    return outputs.map((name) => results[name]?.data as ArrayLike<number>);
  };
}

function settingsOf(pipeline: TransformersPipeline, options: TransformersModelOptions) {
  const config = pipeline.model.config as Record<string, unknown>;
  const { _tokenizerJSON: file, _tokenizerConfig: tokenizerConfig } = pipeline.tokenizer;
  const names = specialNamesOf(tokenizerConfig as Record<string, unknown>);
  const positions = Number(config.max_position_embeddings ?? 512);
  // RoBERTa's positions begin after the padding's.
  const reserved = /roberta/.test(String(config.model_type))
    ? Number(config.pad_token_id ?? 1) + 1
    : 0;
  const { id = String(config._name_or_path || pipeline.task), maxTokens = positions - reserved } =
    options;
  const tokenizer = createTokenizer(checkSpecification(file as Record<string, unknown>), names);
  return { id, config, tokenizer, maxTokens };
}

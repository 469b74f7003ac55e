import * as library from '@huggingface/tokenizers';
import { type Component, expectKind, lookUp, setting } from './specification.js';
import { Unigram } from './unigram.js';

/** One piece of a word: its id in the vocabulary and its length in code points of the word. */
export interface Piece {
  readonly id: number;
  readonly length: number;
}

/** Cuts a normalised word into pieces of a vocabulary. */
export interface PieceModel {
  readonly vocabulary: ReadonlyMap<string, number>;
  encode(word: string): readonly Piece[];
}

// The library's declarations do not resolve under Node's module rules, so what is used of it is declared here.
const { WordPiece, BPE } = library as unknown as {
  WordPiece: new (
    model: object,
  ) => { tokens_to_ids: Map<string, number>; encode(words: readonly string[]): string[] };
  BPE: new (model: object) => { tokens_to_ids: Map<string, number>; bpe(word: string): string[] };
};

// One entry per `type` of tokenizer.json's `model`. The models of `@huggingface/tokenizers` serve where they are right.
const models: Readonly<Record<string, (component: Component) => PieceModel>> = {
  WordPiece: (component) => {
    const prefix = setting(component, 'continuing_subword_prefix', {
      kind: 'text',
      ifAbsent: '##',
    });
    const unknown = setting(component, 'unk_token', { kind: 'text', ifAbsent: '[UNK]' });
    const model = new WordPiece({
      type: 'WordPiece',
      vocab: vocabularyOf(component),
      unk_token: unknown,
      continuing_subword_prefix: prefix,
      max_input_chars_per_word: setting(component, 'max_input_chars_per_word', {
        kind: 'id',
        ifAbsent: 100,
      }),
    });
    const vocabulary = model.tokens_to_ids;
    const unknownId = idOf(vocabulary, unknown);
    const encode = (word: string): Piece[] =>
      model.encode([word]).map((token, at) =>
        token === unknown
          ? { id: unknownId, length: codePoints(word) }
          : {
              id: idOf(vocabulary, token),
              length: codePoints(token) - (at === 0 ? 0 : codePoints(prefix)),
            },
      );
    return { vocabulary, encode };
  },
  BPE: (component) => {
    const text = (name: string) => setting(component, name, { kind: 'text', ifAbsent: '' });
    const [suffix, unknown] = [text('end_of_word_suffix'), text('unk_token')];
    const unsupported = [
      'continuing_subword_prefix',
      'ignore_merges',
      'byte_fallback',
      'fuse_unk',
    ].find((name) => component[name]);
    if (unsupported)
      throw new Error(
        `tokenizer.json: model.${unsupported} of a BPE must be off, got ${JSON.stringify(component[unsupported])}; this tokenizer is not supported`,
      );
    const model = new BPE({
      type: 'BPE',
      vocab: vocabularyOf(component),
      merges: mergesOf(component),
      unk_token: unknown,
      end_of_word_suffix: suffix,
    });
    const vocabulary = model.tokens_to_ids;
    const unknownId = unknown === '' ? undefined : idOf(vocabulary, unknown);
    const encode = (word: string): Piece[] => {
      const pieces = model.bpe(word);
      return pieces.map((token, at) => ({
        id: vocabulary.get(token) ?? unknownId ?? idOf(vocabulary, token),
        length: codePoints(token) - (at === pieces.length - 1 ? codePoints(suffix) : 0),
      }));
    };
    return { vocabulary, encode };
  },
  Unigram: (component) =>
    new Unigram(scoredPiecesOf(component), {
      unknownId: setting(component, 'unk_id', { kind: 'id' }),
    }),
};

/**
 * The model that tokenizer.json's `model` describes.
 *
 * @throws for a kind that is not in the table, or an unknown token that is not in the vocabulary
 */
export function createModel(component: Component): PieceModel {
  return lookUp(models, component, 'model')(component);
}

/** The vocabulary of a WordPiece or BPE model, checked: token → id. */
export function vocabularyOf(component: Component): Readonly<Record<string, number>> {
  const vocabulary = setting(component, 'vocab', { kind: 'object' });
  for (const [token, id] of Object.entries(vocabulary))
    expectKind(id, 'id', `model.vocab["${token}"]`);
  return vocabulary as Readonly<Record<string, number>>;
}

/** The merges of a BPE model, checked; both of the file's forms are read. */
export function mergesOf(component: Component): [string, string][] {
  return setting(component, 'merges', { kind: 'list' }).map((merge, at) => {
    const parts = typeof merge === 'string' ? merge.split(' ') : merge;
    const [left, right] = expectKind(parts, 'list', `model.merges[${at}]`);
    const place = `model.merges[${at}]`;
    return [expectKind(left, 'text', place), expectKind(right, 'text', place)];
  });
}

/** The pieces of a Unigram model with their log probabilities, checked. */
export function scoredPiecesOf(component: Component): readonly (readonly [string, number])[] {
  const pieces = setting(component, 'vocab', { kind: 'list' });
  pieces.forEach((entry, at) => {
    const [piece, score] = expectKind(entry, 'list', `model.vocab[${at}]`);
    expectKind(piece, 'text', `model.vocab[${at}]`);
    expectKind(score, 'number', `model.vocab[${at}]`);
  });
  return pieces as readonly (readonly [string, number])[];
}

function idOf(vocabulary: ReadonlyMap<string, number>, token: string): number {
  const id = vocabulary.get(token);
  if (id === undefined) {
    throw new Error(
      `tokenizer.json: model.vocab must hold "${token}", which stands for what it lacks or is a single character; add it to model.vocab`,
    );
  }
  return id;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

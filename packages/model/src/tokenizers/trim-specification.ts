import { mergesOf, scoredPiecesOf, vocabularyOf } from './models.js';
import type { Component, TokenizerSpecification } from './specification.js';

/** A reduced vocabulary: new id → old id, ascending, so that row i of a new table is row `keptIds[i]` of the old. */
export interface TrimmedSpecification {
  readonly specification: TokenizerSpecification;
  readonly keptIds: Int32Array;
}

/** tokenizer.json with only the wanted ids (and those that they are merged from), renumbered from 0 without gaps. */
export function trimSpecification(
  specification: TokenizerSpecification,
  wantedIds: ReadonlySet<number>,
): TrimmedSpecification {
  const { model } = specification;
  const wanted = new Set(wantedIds);
  if (model.type === 'BPE') addMergeParts(model, wanted);
  if (model.type === 'Unigram') wanted.add(lowestScore(model)); // the unknown token's score is derived from it
  const keptIds = Int32Array.from(wanted).sort();
  const newIds = new Map([...keptIds].map((old, id) => [old, id]));
  const renumber = (id: number): number => newIds.get(id) as number;
  return {
    keptIds,
    specification: {
      ...specification,
      added_tokens: specification.added_tokens.map((token) => ({
        ...token,
        id: renumber(token.id),
      })),
      post_processor:
        specification.post_processor && renumberLayout(specification.post_processor, renumber),
      model: renumberModel(model, newIds),
    },
  };
}

function renumberModel(model: Component, newIds: ReadonlyMap<number, number>): Component {
  if (model.type === 'Unigram') {
    const pieces = scoredPiecesOf(model);
    return {
      ...model,
      unk_id: newIds.get(model.unk_id as number),
      vocab: [...newIds.keys()].filter((old) => old < pieces.length).map((old) => pieces[old]),
    };
  }
  const vocab: Record<string, number> = {};
  for (const [token, old] of Object.entries(vocabularyOf(model))) {
    const id = newIds.get(old);
    if (id !== undefined) vocab[token] = id;
  }
  if (model.type !== 'BPE') return { ...model, vocab };
  const merges = mergesOf(model).filter((pair) =>
    [...pair, pair.join('')].every((token) => Object.hasOwn(vocab, token)),
  );
  return { ...model, vocab, merges };
}

function renumberLayout(component: Component, renumber: (id: number) => number): Component {
  if (component.type === 'TemplateProcessing') {
    const special = component.special_tokens as Record<string, { ids: readonly number[] }>;
    return {
      ...component,
      special_tokens: Object.fromEntries(
        Object.entries(special).map(([name, token]) => [
          name,
          { ...token, ids: token.ids.map(renumber) },
        ]),
      ),
    };
  }
  const move = ([token, id]: readonly [string, number]) => [token, renumber(id)];
  return {
    ...component,
    cls: move(component.cls as [string, number]),
    sep: move(component.sep as [string, number]),
  };
}

/** Adds what every wanted token may be merged from; merges come in order, so one pass backwards reaches all. */
function addMergeParts(model: Component, wanted: Set<number>): void {
  const vocab = vocabularyOf(model);
  for (const pair of mergesOf(model).toReversed()) {
    if (!wanted.has(vocab[pair.join('')] as number)) continue;
    for (const part of pair) wanted.add(vocab[part] as number);
  }
}

function lowestScore(model: Component): number {
  const scores = scoredPiecesOf(model).map(([, score]) => score);
  return scores.indexOf(scores.reduce((a, b) => Math.min(a, b)));
}

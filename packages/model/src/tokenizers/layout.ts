import {
  type Component,
  expectKind,
  lookUp,
  setting,
  type TokenizerSpecification,
} from './specification.js';

/** What stands around and between the sequences of one input. */
export interface SequenceLayout {
  /** Before the first sequence, such as [CLS]. */
  readonly prefix: readonly number[];
  /** Between two sequences, such as [SEP], or `</s></s>` for XLM-R. */
  readonly separator: readonly number[];
  /** After the last one. */
  readonly suffix: readonly number[];
  /** Token type of every sequence but the last of several, with what closes it. */
  readonly firstType: number;
  /** Token type of the last of several sequences, with the suffix. */
  readonly lastType: number;
}

/** Token ids of several sequences laid out as one input. */
export interface AssembledInput {
  readonly ids: number[];
  readonly typeIds: number[];
  /** Index in `ids` of each sequence's first token. */
  readonly starts: number[];
}

/**
 * Lays sequences of token ids out as one input, `[CLS] a [SEP] b [SEP]` for BERT. With three or more, the separator
 * stands between each two, and all but the last have the first type (paper 3.3: question, answer, passage).
 */
export function assemble(
  layout: SequenceLayout,
  sequences: readonly (readonly number[])[],
): AssembledInput {
  const ids: number[] = [];
  const typeIds: number[] = [];
  const starts: number[] = [];
  const append = (tokens: readonly number[], type: number): void => {
    for (const id of tokens) {
      ids.push(id);
      typeIds.push(type);
    }
  };
  append(layout.prefix, layout.firstType);
  sequences.forEach((sequence, at) => {
    const last = at === sequences.length - 1;
    const type = last && at > 0 ? layout.lastType : layout.firstType;
    starts.push(ids.length);
    append(sequence, type);
    append(last ? layout.suffix : layout.separator, type);
  });
  return { ids, typeIds, starts };
}

// One entry per `type` of tokenizer.json's `post_processor`.
const layouts: Readonly<Record<string, (component: Component) => SequenceLayout>> = {
  TemplateProcessing: (component) => {
    const special = setting(component, 'special_tokens', { kind: 'object' });
    const parts: number[][] = [[]];
    const types: number[] = [];
    for (const [at, value] of setting(component, 'pair', { kind: 'list' }).entries()) {
      const place = `post_processor.pair[${at}]`;
      const { Sequence: sequence, SpecialToken: token } = expectKind(value, 'object', place);
      if (sequence !== undefined) {
        types.push(expectKind(expectKind(sequence, 'object', place).type_id, 'id', place));
        parts.push([]);
      } else {
        const name = expectKind(expectKind(token, 'object', place).id, 'text', place);
        const { ids } = expectKind(
          special[name],
          'object',
          `post_processor.special_tokens["${name}"]`,
        );
        parts
          .at(-1)
          ?.push(...expectKind(ids, 'list', place).map((id) => expectKind(id, 'id', place)));
      }
    }
    const [prefix, separator, suffix] = parts;
    const [firstType, lastType] = types;
    if (!prefix || !separator || !suffix || firstType === undefined || lastType === undefined) {
      throw new Error(
        `tokenizer.json: post_processor.pair must hold the two sequences, got ${types.length}; this template is not supported`,
      );
    }
    return { prefix, separator, suffix, firstType, lastType };
  },
  BertProcessing: (component) => {
    const [cls, sep] = [idOf(component, 'cls'), idOf(component, 'sep')];
    return { prefix: [cls], separator: [sep], suffix: [sep], firstType: 0, lastType: 1 };
  },
  RobertaProcessing: (component) => {
    const [cls, sep] = [idOf(component, 'cls'), idOf(component, 'sep')];
    return { prefix: [cls], separator: [sep, sep], suffix: [sep], firstType: 0, lastType: 0 };
  },
};

/** The layout that tokenizer.json's `post_processor` describes; nothing around the sequences for null. */
export function createLayout({ post_processor }: TokenizerSpecification): SequenceLayout {
  if (post_processor === null) {
    return { prefix: [], separator: [], suffix: [], firstType: 0, lastType: 0 };
  }
  return lookUp(layouts, post_processor, 'post_processor')(post_processor);
}

function idOf(component: Component, name: string): number {
  return expectKind(setting(component, name, { kind: 'list' })[1], 'id', `post_processor.${name}`);
}

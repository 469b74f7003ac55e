import { CodePointOffsets } from './offsets.js';
import type { Answer, Question } from './question.js';

/** What a SQuAD file held. */
export interface SquadFile {
  readonly version: string;
  readonly questions: readonly Question[];
  /** Answers left out because the context does not hold their text at their offset: where, and what stands there. */
  readonly misaligned: readonly MisalignedAnswer[];
}

export interface MisalignedAnswer {
  readonly questionId: string;
  /** JSON path of the answer. */
  readonly place: string;
  readonly text: string;
  readonly offset: number;
  /** What the context holds there. */
  readonly found: string;
}

export interface SquadOptions {
  /** What `answer_start` counts. `auto`: code points, as Python writes, or UTF-16 units where only these give the text. */
  readonly offsets?: 'auto' | 'codePoints' | 'utf16';
}

/**
 * Reads a file in the format of SQuAD 1.1 and 2.0, which MLQA and XQuAD share.
 *
 * @param json the file's text
 * @throws Error naming the JSON path where the text is no SQuAD file or a question's id comes twice
 */
export function parseSquad(json: string, { offsets = 'auto' }: SquadOptions = {}): SquadFile {
  const file = field(parseJson(json), 'object', '');
  const questions = new Map<string, Question>();
  const misaligned: MisalignedAnswer[] = [];

  for (const [article, articlePlace] of items(file, 'data', '')) {
    const title = optionalText(article.title);
    for (const [paragraph, paragraphPlace] of items(article, 'paragraphs', articlePlace)) {
      const context = field(paragraph.context, 'string', `${paragraphPlace}.context`);
      const aligner = new Aligner(context, offsets);
      for (const [entry, place] of items(paragraph, 'qas', paragraphPlace)) {
        const id = field(entry.id, 'string', `${place}.id`);
        if (questions.has(id)) fail(`${place}.id`, 'must come once', JSON.stringify(id));
        const question = field(entry.question, 'string', `${place}.question`);
        const impossible = entry.is_impossible === true;
        const answers: Answer[] = [];
        for (const [answer, answerPlace] of entry.answers ? items(entry, 'answers', place) : []) {
          const text = field(answer.text, 'string', `${answerPlace}.text`);
          const offset = field(answer.answer_start, 'number', `${answerPlace}.answer_start`);
          const aligned = aligner.align(text, offset);
          if (typeof aligned === 'object') answers.push(aligned);
          else
            misaligned.push({ questionId: id, place: answerPlace, text, offset, found: aligned });
        }
        questions.set(id, { id, title, question, context, answers, impossible });
      }
    }
  }
  return { version: optionalText(file.version), questions: [...questions.values()], misaligned };
}

/** Finds answers in one context by their offsets. */
class Aligner {
  readonly #startsOf: readonly ((offset: number) => number)[];

  constructor(
    readonly context: string,
    offsets: Required<SquadOptions>['offsets'],
  ) {
    const codePoints = new CodePointOffsets(context);
    const startsOf = {
      codePoints: (offset: number) => codePoints.toUtf16(offset),
      utf16: (offset: number) => offset,
    };
    this.#startsOf =
      offsets === 'auto' ? [startsOf.codePoints, startsOf.utf16] : [startsOf[offsets]];
  }

  /** The answer, or what stands at its offset instead. */
  align(text: string, offset: number): Answer | string {
    const starts = this.#startsOf.map((startOf) => startOf(offset));
    const charStart = starts.find((start) => start >= 0 && this.context.startsWith(text, start));
    if (charStart !== undefined) return { text, charStart, charEnd: charStart + text.length };
    const [start = 0] = starts;
    return this.context.slice(start, start + text.length);
  }
}

type Json = Record<string, unknown>;

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Error(`squad: the file is no JSON: ${(cause as Error).message}`, { cause });
  }
}

/** The objects of an array field, each with its JSON path. */
function items(owner: Json, name: string, place: string): [Json, string][] {
  const path = place === '' ? name : `${place}.${name}`;
  const list = owner[name];
  if (!Array.isArray(list)) fail(path, 'must be an array', typeof list);
  return list.map((item, index) => [
    field(item, 'object', `${path}[${index}]`),
    `${path}[${index}]`,
  ]);
}

interface Types {
  object: Json;
  string: string;
  number: number;
}

function field<Type extends keyof Types>(value: unknown, type: Type, place: string): Types[Type] {
  if (typeof value !== type || value === null) {
    fail(place || 'the file', `must be of type ${type}`, value === null ? 'null' : typeof value);
  }
  return value as Types[Type];
}

const optionalText = (value: unknown) => (value === undefined ? '' : String(value));

function fail(place: string, rule: string, got: string): never {
  throw new Error(`squad: ${place} ${rule}, got ${got}; see the format of SQuAD 1.1`);
}

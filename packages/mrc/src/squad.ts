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
    const title = optionalText(article.title) ?? '';
    for (const [paragraph, paragraphPlace] of items(article, 'paragraphs', articlePlace)) {
      const context = field(paragraph.context, 'string', `${paragraphPlace}.context`);
      const codePoints = new CodePointOffsets(context);
      const startOf = {
        codePoints: (offset: number) => codePoints.toUtf16(offset),
        utf16: (offset: number) => offset,
      };
      const units = offsets === 'auto' ? (['codePoints', 'utf16'] as const) : [offsets];

      for (const [entry, place] of items(paragraph, 'qas', paragraphPlace)) {
        const id = field(entry.id, 'string', `${place}.id`);
        if (questions.has(id)) fail(`${place}.id`, 'must come once', JSON.stringify(id));
        const answers: Answer[] = [];
        const listed = entry.answers === undefined ? [] : items(entry, 'answers', place);
        for (const [answer, answerPlace] of listed) {
          const text = field(answer.text, 'string', `${answerPlace}.text`);
          const offset = field(answer.answer_start, 'number', `${answerPlace}.answer_start`);
          const charStart = units
            .map((unit) => startOf[unit](offset))
            .find((start) => start >= 0 && context.startsWith(text, start));
          if (charStart !== undefined) {
            answers.push({ text, charStart, charEnd: charStart + text.length });
            continue;
          }
          const start = startOf[units[0] ?? 'codePoints'](offset);
          const found = context.slice(start, start + text.length);
          misaligned.push({ questionId: id, place: answerPlace, text, offset, found });
        }
        questions.set(id, {
          id,
          title,
          question: field(entry.question, 'string', `${place}.question`),
          context,
          answers,
          impossible: entry.is_impossible === true,
        });
      }
    }
  }
  return {
    version: optionalText(file.version) ?? '',
    questions: [...questions.values()],
    misaligned,
  };
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

const optionalText = (value: unknown) => (value === undefined ? undefined : String(value));

function fail(place: string, rule: string, got: string): never {
  throw new Error(`squad: ${place} ${rule}, got ${got}; see the format of SQuAD 1.1`);
}

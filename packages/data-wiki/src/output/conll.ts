/**
 * Passages as CoNLL columns: `word tag`, separated by a tab, with B- and I- on anchors and an empty line after each
 * passage. Comment lines before the words carry what the columns cannot, so that reading gives equal passages:
 * `# language`, `# page`, `# title`, `# targets` and `# text`, each `= ` a JSON value.
 */
import type { WordOffsets } from '@calibre/metrics';
import type { Anchor, Passage } from '../passage.js';
import { readLines, replaceFile, writeText } from './files.js';

const LABEL = 'PHRASE';

/** A passage's lines, the empty one at the end included. */
export function toConll({ language, pageId, title, text, words, anchors }: Passage): string {
  const tags: string[] = words.map(() => 'O');
  for (const { start, end } of anchors) {
    for (let i = start; i < end; i++) tags[i] = `${i === start ? 'B' : 'I'}-${LABEL}`;
  }
  const comments = {
    language,
    page: pageId,
    title,
    targets: anchors.map(({ target }) => target),
    text,
  };
  return [
    ...Object.entries(comments).map(([name, value]) => `# ${name} = ${JSON.stringify(value)}`),
    ...words.map(({ charStart, charEnd }, i) => `${text.slice(charStart, charEnd)}\t${tags[i]}`),
    '',
    '',
  ].join('\n');
}

/** Writes passages in CoNLL columns; the file is whole or not there. A name ending in `.gz` is compressed. */
export async function writeConll(
  path: string,
  passages: Iterable<Passage> | AsyncIterable<Passage>,
): Promise<void> {
  await replaceFile(path, (temporary) =>
    writeText(temporary, { pieces: blocks(passages), isCompressed: path.endsWith('.gz') }),
  );
}

async function* blocks(
  passages: Iterable<Passage> | AsyncIterable<Passage>,
): AsyncGenerator<string> {
  for await (const passage of passages) yield toConll(passage);
}

/** The passages of a file that `writeConll` wrote, streamed. Throws with file and line where it is another file. */
export async function* readConll(path: string): AsyncGenerator<Passage> {
  let comments = new Map<string, unknown>();
  let rows: string[] = [];
  for await (const { line, number } of readLines(path)) {
    if (line !== '') {
      const comment = rows.length === 0 ? /^# (\w+) = (.*)$/.exec(line) : null;
      if (comment) comments.set(comment[1] as string, JSON.parse(comment[2] as string));
      else rows.push(line);
      continue;
    }
    if (rows.length > 0) yield toPassage(comments, rows, `${path}:${number - rows.length}`);
    comments = new Map();
    rows = [];
  }
}

function toPassage(
  comments: ReadonlyMap<string, unknown>,
  rows: readonly string[],
  place: string,
): Passage {
  const text = comments.get('text');
  const targets = comments.get('targets');
  if (typeof text !== 'string' || !Array.isArray(targets)) {
    throw new Error(
      `${place}: expected the comments "# text" and "# targets" before a passage's words`,
    );
  }
  const words: WordOffsets[] = [];
  const anchors: Anchor[] = [];
  for (const [i, row] of rows.entries()) {
    const [word = '', tag = ''] = row.split('\t');
    const charStart = text.indexOf(word, words.at(-1)?.charEnd ?? 0);
    if (charStart < 0)
      throw new Error(`${place}: expected words of "# text" in order, got ${JSON.stringify(word)}`);
    words.push({ charStart, charEnd: charStart + word.length });
    const last = anchors.at(-1);
    if (tag.startsWith('B-'))
      anchors.push({ start: i, end: i + 1, target: targets[anchors.length] });
    else if (tag.startsWith('I-') && last) anchors[anchors.length - 1] = { ...last, end: i + 1 };
  }
  return {
    language: comments.get('language') as string,
    pageId: comments.get('page') as number,
    title: comments.get('title') as string,
    text,
    words,
    anchors,
  };
}

import {
  type DumpSource,
  extractPassages,
  type Passage,
  type PassageStatistics,
  passageStatistics,
  readPassages,
} from '@calibre/data-wiki';
import { type Paint, paintFor } from '../paint.js';
import type { Result, Session } from '../session.js';
import { alignColumns } from '../table.js';

/** Statistics of files of passages, by language (paper Table 3). */
export async function statistics(files: readonly string[]): Promise<Result> {
  const languages = await passageStatistics(passagesOf(files));
  const row = (of: PassageStatistics) => [
    of.language,
    `${of.passages}`,
    `${of.pages}`,
    `${of.anchors}`,
    of.wordsPerPassage.toFixed(1),
    of.anchorsPerPassage.toFixed(1),
    of.wordsPerAnchor.toFixed(2),
  ];
  const head = ['language', 'passages', 'pages', 'anchors'];
  const means = ['words/passage', 'anchors/passage', 'words/anchor'];
  return {
    text: alignColumns([[...head, ...means], ...languages.map(row)]),
    json: { languages },
  };
}

async function* passagesOf(files: readonly string[]): AsyncGenerator<Passage> {
  for (const file of files) yield* readPassages(file);
}

/** The first passages of dumps (with `sample`, drawn ones), their anchors marked. */
export async function firstPassages(
  dumps: DumpSource,
  {
    count,
    session,
    ...rules
  }: { count: number; language: string; sample?: number; seed?: number; session: Session },
): Promise<Result> {
  const passages: Passage[] = [];
  for await (const passage of extractPassages(dumps, { ...rules, signal: session.signal })) {
    passages.push(passage);
    if (passages.length === count) break;
  }
  const paint = paintFor(process.stdout);
  return {
    text: passages.map((passage) => showAnchors(passage, paint)).join('\n\n'),
    json: { passages },
  };
}

/** A passage's title and text; each anchor stands in brackets. */
export function showAnchors({ title, text, words, anchors }: Passage, paint: Paint): string {
  const parts: string[] = [];
  let at = 0;
  for (const anchor of anchors) {
    const from = words[anchor.start]?.charStart ?? at;
    const to = words[anchor.end - 1]?.charEnd ?? from;
    parts.push(text.slice(at, from), paint.green(`[${text.slice(from, to)}]`));
    at = to;
  }
  return `${paint.bold(title)}\n${parts.join('')}${text.slice(at)}`;
}

import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { type AnswerLanguage, scoreAnswers } from '@calibre/metrics';
import { scoreXglue } from '@calibre/metrics/conll';
import { describe, expect, test } from 'vitest';

// Licensed corpora that stand beside a developer's checkout; not part of the project.
const shared = new URL('../../../../shared/data/', import.meta.url);
const file = (path: string) => createReadStream(new URL(path, shared));

describe.skipIf(!existsSync(shared))('real files (skipped without ../shared/data)', () => {
  test.each([
    ['en', 0.9477],
    ['es', 0.7779],
    ['de', 0.7876],
    ['nl', 0.8289],
  ])('XGLUE NER %s: F1 %f', async (language, f1) => {
    const scores = await scoreXglue(
      file(`ner/xglue/${language}.dev`),
      file(`ner/unicoder/${language}.prediction`),
    );
    expect(scores.micro.f1.toFixed(4)).toBe(f1.toFixed(4));
    expect(scores.paddedTags).toBe(0);
  });

  // exact_match and f1 that mlqa_evaluation_v1.py prints for these files
  test.each([
    ['en', 67.24738675958189, 79.87803749515295],
    ['es', 50.2, 69.29219154527443],
    ['de', 48.2421875, 63.93734424143711],
    ['ar', 40.03868471953578, 59.50959202793382],
    ['hi', 48.717948717948715, 65.2213502706368],
    ['vi', 47.55381604696673, 66.3932459125022],
    ['zh', 39.682539682539684, 62.886377578322666],
  ] as [AnswerLanguage, number, number][])(
    'MLQA %s: exact match %f, F1 %f',
    (language, exactMatch, f1) => {
      const json = (path: string) => JSON.parse(readFileSync(new URL(path, shared), 'utf8'));
      const predictions: Record<string, string> = json(
        `mrc/unicoder-mlqa-dev/${language}.prediction`,
      );
      const { data }: SquadFile = json(
        `mrc/mlqa-dev/dev-context-${language}-question-${language}.json`,
      );
      const questions = data.flatMap(({ paragraphs }) => paragraphs.flatMap(({ qas }) => qas));
      const items = questions.map(({ id, answers }) => ({
        id,
        prediction: predictions[id] ?? null,
        answers: answers.map(({ text }) => text),
      }));
      const scores = scoreAnswers(items, { protocol: 'mlqa', language });
      expect(100 * scores.exactMatch).toBeCloseTo(exactMatch, 11);
      expect(100 * scores.f1).toBeCloseTo(f1, 11);
    },
  );
});

interface SquadFile {
  readonly data: readonly {
    readonly paragraphs: readonly {
      readonly qas: readonly {
        readonly id: string;
        readonly answers: readonly { readonly text: string }[];
      }[];
    }[];
  }[];
}

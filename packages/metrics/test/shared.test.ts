import { createReadStream, existsSync } from 'node:fs';
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
});

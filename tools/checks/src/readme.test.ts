/** The first TypeScript block of each package's README runs, and prints what its comments say. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readPackages, root } from './workspace.js';

function firstExample(readme: string): string | undefined {
  return /^```ts\n([\s\S]*?)^```/m.exec(readme)?.[1];
}

/** What the example promises: the comment behind each line that prints. */
function promised(example: string): string[] {
  return [...example.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1] ?? '');
}

const format = (values: unknown[]) =>
  values
    .map((value) =>
      typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, compact: 9 }),
    )
    .join(' ');

const documented = readPackages()
  .map((owner) => ({ ...owner, readme: join(owner.folder, 'README.md') }))
  .filter((owner) => existsSync(owner.readme))
  .map((owner) => ({ ...owner, example: firstExample(readFileSync(owner.readme, 'utf8')) }))
  .filter((owner) => owner.example !== undefined);

describe('README examples', () => {
  afterEach(() => vi.restoreAllMocks());

  test.each(documented)('$name', { timeout: 120_000 }, async ({ folder, readme, example = '' }) => {
    const place = mkdtempSync(join(folder, '.example-'));
    try {
      const file = join(place, 'readme.ts');
      writeFileSync(file, example);
      const printed: string[] = [];
      vi.spyOn(console, 'log').mockImplementation((...values) => printed.push(format(values)));
      await import(file);
      expect(printed, relative(root, readme)).toEqual(promised(example));
      expect(printed.length, `${relative(root, readme)} prints nothing`).toBeGreaterThan(0);
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});

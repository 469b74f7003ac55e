import { defineConfig } from 'vitest/config';

// One run over every package; packages are imported as built (dist), as their users import them.
export default defineConfig({
  test: {
    include: ['{packages,tools}/*/{src,test}/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});

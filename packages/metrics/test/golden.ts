/** Reads the reference values beside this file, one JSON value a line; `golden/README.md` says which program made each. */
import { readFileSync } from 'node:fs';

// biome-ignore lint/suspicious/noExplicitAny: recorded output of other programs, of many shapes
export type Recorded = any;

export const golden = (name: string): Recorded[] =>
  readFileSync(new URL(`golden/${name}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

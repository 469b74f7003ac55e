import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { append } from './append.js';

test.skipIf(!existsSync('/dev/full'))(
  'a full disk is named, and what to do (needs /dev/full)',
  () =>
    expect(() => append('/dev/full', 'record')).toThrow(
      /^training log: \/dev\/full must take another record, got ENOSPC.*make room on the disk/,
    ),
);

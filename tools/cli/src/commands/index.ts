import type { Command } from 'commander';
import { diagnose } from './diagnose.js';
import { evaluate } from './evaluate.js';
import { extract } from './extract.js';
import { garble } from './garble.js';

/** All commands, in the order in which help lists them. */
export const commands = (): Command[] => [extract(), garble(), evaluate(), diagnose()];

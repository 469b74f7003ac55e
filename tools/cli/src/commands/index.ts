import type { Command } from 'commander';
import { evaluate } from './evaluate.js';

/** All commands, in the order in which help lists them. */
export const commands = (): Command[] => [evaluate()];

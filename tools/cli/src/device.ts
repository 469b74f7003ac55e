/** Where a command computes: options that all commands with a network have. */
import { devices, type RuntimeOptions } from '@calibre/graph';
import { type Command, Option } from 'commander';
import { count } from './options.js';

export const deviceOptions = (command: Command): Command =>
  command
    .addOption(new Option('--device <device>', 'where to compute (default: cpu)').choices(devices))
    .option('--threads <number>', 'threads of the processor (default: all)', count);

/** What the user asked for, and nothing else. */
export const deviceOf = ({ device, threads }: RuntimeOptions): RuntimeOptions => ({
  ...(device !== undefined && { device }),
  ...(threads !== undefined && { threads }),
});

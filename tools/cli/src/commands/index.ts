import type { Command } from 'commander';
import { calibrate } from './calibrate.js';
import { demo } from './demo.js';
import { diagnose } from './diagnose.js';
import { evaluate } from './evaluate.js';
import { extract } from './extract.js';
import { garble } from './garble.js';
import { predict } from './predict.js';
import { train } from './train/index.js';

/** All commands, in the order in which help lists them. */
export const commands = (): Command[] => [
  demo(),
  extract(),
  train(),
  predict(),
  calibrate(),
  evaluate(),
  diagnose(),
  garble(),
];

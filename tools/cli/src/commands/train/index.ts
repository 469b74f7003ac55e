import { Command } from 'commander';
import { trainCalibratorCommand } from './calibrator.js';
import { trainPbrCommand } from './pbr.js';
import { trainTaggerCommand } from './tagger.js';

/** `calibre train`: its three recipes. */
export const train = () =>
  new Command('train')
    .description('Train a network: pbr (recover boundaries), tagger, calibrator.')
    .addCommand(trainPbrCommand())
    .addCommand(trainTaggerCommand())
    .addCommand(trainCalibratorCommand());

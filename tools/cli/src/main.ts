import { Command, CommanderError } from 'commander';
import { commands } from './commands/index.js';
import { version } from './version.js';

/**
 * Runs the command line.
 *
 * @param args the words after `calibre`
 * @returns 0, or 1 with a message on standard error
 */
export async function main(args: readonly string[]): Promise<number> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0); // the reader (head, less) has seen enough
    throw error;
  });
  const program = new Command('calibre')
    .description('Repairs the span boundaries of a base model.')
    .version(version)
    .enablePositionalOptions();
  for (const command of commands()) program.addCommand(command);
  for (const command of all(program)) {
    command.exitOverride().configureOutput({ outputError: () => {} });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, { debug: args.includes('--debug') });
  }
}

function report(error: unknown, { debug }: { debug: boolean }): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0; // --help, --version
    const message = error.message.replace(/^error: /, '');
    if (message !== '(outputHelp)') process.stderr.write(`calibre: ${message}; see --help\n`);
    return 1;
  }
  const shown = error instanceof Error ? (debug ? error.stack : error.message) : String(error);
  process.stderr.write(`${shown}\n`);
  return 1;
}

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

import { Command, CommanderError } from 'commander';
import { commandsNamed } from './commands/index.js';
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
  for (const command of await commandsNamed(args[0])) program.addCommand(command);
  for (const command of all(program)) {
    const name = pathOf(command);
    const outputError = (message: string) =>
      process.stderr.write(
        `${name}: ${message.trim().replace(/^error: |\.$/g, '')}; see ${name} --help\n`,
      );
    command.exitOverride().configureOutput({ outputError });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, { debug: args.includes('--debug') });
  }
}

function report(error: unknown, { debug }: { debug: boolean }): number {
  if (error instanceof CommanderError) return error.exitCode; // commander has said why; 0 is --help
  const shown = error instanceof Error ? (debug ? error.stack : error.message) : String(error);
  process.stderr.write(`${shown}\n`);
  return 1;
}

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

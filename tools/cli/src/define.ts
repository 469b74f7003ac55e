import { Command } from 'commander';
import { ProcessSession, type Result, type Session } from './session.js';

/** A command of the command line. `Args` are the arguments of `usage`, `Options` those that `configure` declares. */
export interface Definition<Args extends readonly unknown[], Options> {
  /** Name and arguments, as commander writes them: `evaluate <gold> <predictions...>`. */
  readonly usage: string;
  readonly summary: string;
  /** One call with what it is for. */
  readonly example: string;
  readonly configure: (command: Command) => Command;
  /** Does the work. */
  readonly run: (args: Args, options: Options, session: Session) => Promise<Result>;
}

/** Turns a definition into a command that writes its result to standard output and everything else to standard error. */
export function define<Args extends readonly unknown[], Options>(
  definition: Definition<Args, Options>,
): Command {
  const { usage, summary, example, configure, run } = definition;
  const [name = '', ...args] = usage.split(' ');
  const command = new Command(name).description(summary);
  for (const argument of args) command.argument(argument);
  configure(command)
    .option('--json', 'write one JSON object to standard output')
    .option('--debug', 'show where an error came from')
    .addHelpText('after', `\nExample:\n  ${example}`);
  return command.action(async (...received: unknown[]) => {
    const session = new ProcessSession();
    const options = command.opts() as Options & { json?: boolean; format?: string };
    const given = received.slice(0, -2) as unknown as Args; // then come the options and the command
    try {
      const { text, json, problem } = await session.run(() => run(given, options, session));
      const isJson = options.json || options.format === 'json';
      process.stdout.write(isJson ? `${JSON.stringify(json)}\n` : text && `${text.trimEnd()}\n`);
      if (problem !== undefined) throw new Error(problem);
    } catch (error) {
      throw session.signal.aborted ? new Error(session.statement, { cause: error }) : error;
    }
  });
}

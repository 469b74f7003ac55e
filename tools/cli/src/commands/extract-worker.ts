import { define } from '../define.js';
import { count } from '../options.js';

interface Options {
  readonly redis: string;
  readonly patience: number;
}

/** `calibre extract-worker`: does units of `calibre extract --redis`, on this machine or another one. */
export const extractWorker = () =>
  define<[], Options>({
    usage: 'extract-worker',
    summary: 'Do parts of an extraction that "calibre extract --redis" hands out; one a core.',
    example: 'calibre extract-worker --redis redis://queue.example.org:6379',
    configure: (command) =>
      command
        .requiredOption('--redis <url>', 'where the parts are handed out')
        .option(
          '--patience <seconds>',
          'a worker silent for so long is taken for dead, and its part done again',
          count,
          30,
        ),
    async run(_, { redis, patience }, session) {
      const { workUnits } = await import('../queue/unit-worker.js');
      const progress = session.progress('extracting', { unit: 'part' });
      const unitsDone = await workUnits(redis, {
        signal: session.signal,
        patienceSeconds: patience,
        onUnit: (done) => progress.update(done),
      });
      progress.stop();
      return { text: `${unitsDone} parts done`, json: { parts: unitsDone } };
    },
  });

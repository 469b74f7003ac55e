/**
 * A small training run as a process of its own, to be killed: `node training-run.js FOLDER` trains on the built package, keeps
 * its states in FOLDER and goes on from what it finds there. Prints a line when it begins and one after each step.
 */
import { Runtime } from '@calibre/graph';
import { trainWordPiece } from '@calibre/model';
import { trainPbr } from '@calibre/train';

const people = [['Ann'], ['Ann', 'Lee'], ['Kim', 'van', 'Dam'], ['Jo', 'Lee', 'Ford']];
const verbs = ['walked', 'ran', 'drove', 'swam'];
const examples = ['en', 'nl'].flatMap((language) =>
  people.flatMap((person) =>
    verbs.map((verb) => ({
      language,
      words: ['today', ...person, verb, 'to', 'the', 'river'],
      spans: [{ start: 1, end: 1 + person.length, label: 'PER' }],
    })),
  ),
);

const runtime = await Runtime.start({ threads: 2 }); // two lanes
console.log('begins');
try {
  await trainPbr({
    examples,
    from: {
      tokenizer: trainWordPiece(
        examples.flatMap(({ words }) => words),
        100,
      ),
    },
    runtime,
    stateFolder: process.argv[2],
    config: {
      size: 'tiny',
      encoder: { width: 32, heads: 2, innerWidth: 64, positions: 64 },
      vocabulary: { minCount: 1, maxSize: 100 },
      steps: 12,
      saveEverySteps: 2,
      tokensPerBatch: 300,
      microBatches: 2,
      order: 'continual',
    },
    onRecord: ({ step }) => console.log(`step ${step}`),
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
await runtime.dispose();

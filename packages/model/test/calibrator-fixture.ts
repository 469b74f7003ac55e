/** The recorded calibrator: its examples as our rows, its weights under our names. */
import type { Graph, Runtime } from '@calibre/graph';
import {
  type CalibratorConfiguration,
  type CalibratorModel,
  type CalibratorRow,
  calibratorFeeds,
  calibratorRow,
  type MatchingConfiguration,
  paperCalibrator,
  readConfiguration,
  wordShape,
} from '../src/index.js';
import { type GoldenTensor, goldenJson, goldenTensors, type Recorded } from './golden.js';

export const { inputs, expected } = goldenJson('calibrator.json');
const { encoder } = readConfiguration(goldenJson('bert-tiny/config.json'));
const layout = {
  prefix: [inputs.specialIds.cls],
  separator: [inputs.specialIds.sep],
  suffix: [inputs.specialIds.sep],
  firstType: 0,
  lastType: 1,
};

/** Recorded form → ours, and the recorded names of its weights. */
export const forms: Record<string, { matching: MatchingConfiguration; prefix: string }> = {
  linear: {
    matching: { form: 'linear', projection: 'none', width: 0, lengthBias: false },
    prefix: 'matching.linear.',
  },
  'biaffine.none': {
    matching: { form: 'biaffine', projection: 'none', width: 0, lengthBias: false },
    prefix: 'matching.biaffine.',
  },
  'biaffine.linear': {
    matching: { form: 'biaffine', projection: 'linear', width: 12, lengthBias: false },
    prefix: 'matching.projected.',
  },
  'biaffine.gelu': {
    matching: { form: 'biaffine', projection: 'gelu', width: 12, lengthBias: false },
    prefix: 'matching.projected.',
  },
};

/** Our name of a weight → the recorded one, for a matching form. */
export function recordedName(name: string, form: string): string {
  const own = name.replace('calibrator.', '');
  const prefix = forms[form]?.prefix ?? '';
  if (!own.startsWith('matching.')) return own;
  const part = own.slice('matching.'.length);
  if (form === 'linear') return prefix + part.replace('linear.', '');
  if (part === 'linear.weight') return `${prefix}linear`;
  if (part === 'linear.bias') return `${prefix}bias`;
  return prefix + part;
}

const { tensors: weights } = await goldenTensors('calibrator.safetensors');

/** Makes the weights of a form resident under our names. */
export async function useForm(
  runtime: Runtime,
  { form, graph }: { form: string; graph: Graph },
): Promise<void> {
  for (const name of graph.parameters.keys())
    if (name.startsWith('calibrator.')) {
      const tensor = weights.get(recordedName(name, form)) as GoldenTensor;
      await runtime.put(name, tensor);
    }
}

/** The models, rows and feeds of a recorded batch. */
export function fixtureOf({ task, examples }: Recorded) {
  const modelOf = (changes: Partial<CalibratorConfiguration> = {}): CalibratorModel => ({
    encoder,
    tags: [],
    calibrator: {
      ...paperCalibrator,
      labels: task === 'ner' ? inputs.labels : [],
      maxSpan: inputs.maxSpan,
      ...changes,
    },
  });
  const rowsOf = (model: CalibratorModel): CalibratorRow[] =>
    examples.map((example: Recorded) => {
      const span = (answer: Recorded) => ({
        start: answer.words[0],
        end: answer.words[1],
        label: answer.label ?? '',
      });
      const wordStarts = [...example.words.keys()].map((word) =>
        example.passageWordIndex.indexOf(word),
      );
      const row = calibratorRow(
        {
          passage: {
            ids: example.passageIds,
            wordStarts: [...wordStarts, example.passageIds.length],
            shapes: example.words.map(wordShape),
          },
          initial: span(example.initial),
          gold: example.gold === null ? null : span(example.gold),
          ...(example.questionIds ? { question: example.questionIds } : {}),
        },
        { configuration: model.calibrator, layout, maxTokens: 64 },
      );
      return row as CalibratorRow;
    });
  const feedsOf = (model: CalibratorModel, rows: readonly CalibratorRow[]) =>
    calibratorFeeds(rows, {
      configuration: model.calibrator,
      encoder,
      pad: inputs.specialIds.pad,
    });
  return { modelOf, rowsOf, feedsOf };
}

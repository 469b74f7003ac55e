/** Where the time of our gradient session goes, from onnxruntime's profile. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number; // microseconds
  readonly args: {
    readonly op_name?: string;
    readonly input_type_shape?: readonly Shapes[];
    readonly output_type_shape?: readonly Shapes[];
  };
}
type Shapes = Readonly<Record<string, readonly number[]>>;

const groups: Readonly<Record<string, readonly string[]>> = {
  'matrix products': ['Gemm', 'MatMul', 'FusedMatMul'],
  softmax: ['Softmax', 'LogSoftmax'],
  'layer norm (forward)': ['LayerNormalization', 'SkipLayerNormalization'],
  'copies and moves': [
    'Transpose',
    'Reshape',
    'Slice',
    'Concat',
    'Pad',
    'Expand',
    'Gather',
    'ScatterElements',
    'Unsqueeze',
  ],
  sums: ['ReduceSum', 'ReduceMax'],
};

export interface ProfileSplit {
  /** Group → milliseconds of one run. */
  readonly milliseconds: ReadonlyMap<string, number>;
  /** Rate of all matrix products together, and of the quickest large one: 10⁹ floating-point operations a second. */
  readonly rate: number;
  readonly bestRate: number;
}

/** Reads, and takes away, the profile that a session left in `folder`. */
export function readProfile(folder: string): ProfileSplit {
  const file = readdirSync(folder).find((name) => name.startsWith('profile'));
  const events: ProfileEvent[] = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
  rmSync(`${folder}/${file}`);
  const runs = events.filter(({ name }) => name === 'model_run').length;
  const milliseconds = new Map<string, number>();
  let [operations, busy, bestRate] = [0, 0, 0];
  for (const event of events.filter(
    ({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'),
  )) {
    const operator = event.args.op_name ?? '';
    const group =
      Object.keys(groups).find((name) => groups[name]?.includes(operator)) ?? 'elementwise';
    milliseconds.set(group, (milliseconds.get(group) ?? 0) + event.dur / 1000 / runs);
    if (group !== 'matrix products') continue;
    const work = operationsOf(event);
    operations += work;
    busy += event.dur;
    if (work > 2e8) bestRate = Math.max(bestRate, work / event.dur / 1000);
  }
  return { milliseconds, rate: operations / busy / 1000, bestRate };
}

/** 2 M N K for each matrix of the batch: the sizes of A, B and Y multiply to (M N K)². */
function operationsOf({ args }: ProfileEvent): number {
  const [a, b] = (args.input_type_shape ?? []).map((shapes) => Object.values(shapes)[0] ?? []);
  const y = Object.values(args.output_type_shape?.[0] ?? {})[0] ?? [];
  const batch = y.slice(0, -2).reduce((product, size) => product * size, 1);
  const matrix = (shape: readonly number[] = []) =>
    shape.slice(-2).reduce((product, size) => product * size, 1);
  return 2 * batch * Math.sqrt(matrix(a) * matrix(b) * matrix(y));
}

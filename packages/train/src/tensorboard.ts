/** Training records as a TensorBoard event file: scalars alone. `tensorboard --logdir` on its folder shows them. */
import { existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import protobuf from 'protobufjs/light.js';
import { append } from './append.js';
import { frame, unframe } from './event-records.js';
import type { StepRecord } from './log.js';

export interface EventFileOptions {
  /** Seconds since 1970, the wall time of each event: `() => Date.now() / 1000`. */
  readonly clock: () => number;
  /** Events after this step, and a last one cut short, are dropped. Default 0: begin anew. */
  readonly afterStep?: number;
}

/** The part of TensorFlow's event.proto and summary.proto that holds scalars. */
const { root } = protobuf.Root.fromJSON({
  nested: {
    Event: {
      fields: {
        wallTime: { type: 'double', id: 1 },
        step: { type: 'int64', id: 2 },
        fileVersion: { type: 'string', id: 3 },
        summary: { type: 'Summary', id: 5 },
      },
    },
    Summary: { fields: { value: { rule: 'repeated', type: 'Value', id: 1 } } },
    Value: { fields: { tag: { type: 'string', id: 1 }, simpleValue: { type: 'float', id: 2 } } },
  },
});
const eventType = root.lookupType('Event');

interface Scalar {
  readonly tag: string;
  readonly simpleValue: number;
}

/**
 * Opens an event file, whose name must contain `tfevents`, for appending, and returns the function that appends a record's
 * numbers: `{ step, loss, terms: { label } }` gives `loss` and `terms/label`. A file that exists is cut where a killed
 * run's events are beyond its saved state, in place, so that a TensorBoard that watches it goes on.
 */
export function openEventFile(
  path: string,
  { clock, afterStep = 0 }: EventFileOptions,
): (record: StepRecord) => void {
  const add = (event: object) => {
    const message = eventType.encode(eventType.fromObject({ wallTime: clock(), ...event }));
    append(path, frame(message.finish()));
  };
  mkdirSync(dirname(path), { recursive: true });
  const kept = existsSync(path) ? keptBytes(readFileSync(path), afterStep) : 0;
  if (existsSync(path)) truncateSync(path, kept);
  if (kept === 0) add({ fileVersion: 'brain.Event:2' });
  return ({ step, ...values }) => add({ step, summary: { value: scalars(values) } });
}

/** Length of the part of a file whose events are of steps up to `afterStep`. */
function keptBytes(file: Uint8Array, afterStep: number): number {
  let kept = 0;
  for (const { data, end } of unframe(file)) {
    const { step = 0 } = eventType.toObject(eventType.decode(data), { longs: Number });
    if (step > afterStep) break;
    kept = end;
  }
  return kept;
}

/** Every number in a record, named by the keys that lead to it. */
function scalars(values: object, prefix = ''): Scalar[] {
  return Object.entries(values).flatMap(([name, value]): Scalar[] => {
    const tag = `${prefix}${name}`;
    if (typeof value === 'number') return [{ tag, simpleValue: value }];
    return typeof value === 'object' && value !== null ? scalars(value, `${tag}/`) : [];
  });
}

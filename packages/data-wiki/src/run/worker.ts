/** Entry of a worker thread: reads units one at a time and sends their passages as lines. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ExtractionRules } from '../options.js';
import { LineBuffer } from '../output/line.js';
import { Decoder } from './decoder.js';
import {
  type Batch,
  type Failure,
  MAX_AHEAD_BYTES,
  type Request,
  type Want,
  type WorkerOptions,
} from './messages.js';
import { sampleKey } from './sample.js';
import { type Unit, UnitReader } from './unit.js';
import { UnitMemory } from './unit-memory.js';
import { Waiting } from './waiting.js';

const BATCH_BYTES = 1 << 19;
/** Of a batch, with what one passage may add to it. */
const MEMORY_BYTES = BATCH_BYTES + (1 << 16);

const isBzip2 = ({ compression, isSplit }: Unit): boolean => compression === 'bzip2' && isSplit;

if (parentPort) {
  const port = parentPort;
  const free: ArrayBuffer[] = [];
  const buffer = new LineBuffer(MEMORY_BYTES);
  const memory = new UnitMemory();
  const decoder = (workerData as WorkerOptions).decodes ? new Decoder() : undefined;
  let ahead = 0;
  const reading = new Waiting();
  let before = Promise.resolve();
  port.on('message', (request: Request) => {
    if ('used' in request) {
      ahead -= request.used;
      free.push(request.memory);
      reading.wake();
      return;
    }
    const { unit, rules } = request;
    // The next unit is fetched, and decoded if it is bzip2, while the rest of this one is read.
    const ask = asker();
    const blocks = isBzip2(unit) ? decoder?.blocks(unit, ask) : undefined;
    const reader = new UnitReader(unit, rules, { blocks, onEnd: ask, memory });
    before = before
      .then(() => readUnit(reader, rules))
      .then(ask)
      .catch((error: Error) => port.postMessage({ message: error.message } satisfies Failure));
  });
  /** Asks for a unit, once. */
  const asker = (): (() => void) => {
    let isAsked = false;
    return () => {
      if (!isAsked) port.postMessage({ wants: true } satisfies Want);
      isAsked = true;
    };
  };
  asker()();

  const readUnit = async (reader: UnitReader, rules: ExtractionRules): Promise<void> => {
    let ends: number[] = [];
    let keys: number[] = [];
    const send = async (report?: Batch['report']): Promise<void> => {
      const lines = buffer.handOver(free.pop());
      const batch: Batch = {
        lines,
        ends: Uint32Array.from(ends),
        keys: Float64Array.from(keys),
        bytesRead: reader.bytesRead,
        ...(report && { report }),
      };
      [ends, keys] = [[], []];
      ahead += lines.length;
      port.postMessage(batch, [lines.buffer]);
      while (ahead > MAX_AHEAD_BYTES && !report) {
        await reading.wait();
      }
    };
    for await (const drafts of reader.passages()) {
      for (const draft of drafts) {
        ends.push(buffer.add(draft));
        keys.push(rules.sample === undefined ? 0 : sampleKey(rules.seed, draft));
        if (buffer.length > BATCH_BYTES) await send();
      }
    }
    await send(reader.report);
  };
}

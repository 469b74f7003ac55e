/** Entry of a worker thread: reads units one at a time and sends their passages as lines. */
import { parentPort } from 'node:worker_threads';
import { LineBuffer } from '../output/line.js';
import { type Batch, MAX_AHEAD_BYTES, type Request } from './messages.js';
import { sampleKey } from './sample.js';
import { UnitReader } from './unit.js';

const BATCH_BYTES = 1 << 19;
/** Of a batch, with what one page may add to it. */
const MEMORY_BYTES = 3 * BATCH_BYTES;

if (parentPort) {
  const port = parentPort;
  const free: ArrayBuffer[] = [];
  const buffer = new LineBuffer(MEMORY_BYTES);
  let ahead = 0;
  let resume = (): void => {};
  port.on('message', (request: Request) => {
    if ('used' in request) {
      ahead -= request.used;
      free.push(request.memory);
      resume();
      return;
    }
    readUnit(request).catch((error: Error) => port.postMessage({ message: error.message }));
  });

  const readUnit = async ({ unit, rules }: Extract<Request, { unit: unknown }>): Promise<void> => {
    const reader = new UnitReader(unit, rules);
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
        await new Promise<void>((resolve) => {
          resume = resolve;
        });
      }
    };
    for await (const drafts of reader.passages()) {
      for (const draft of drafts) {
        ends.push(buffer.add(draft));
        keys.push(rules.sample === undefined ? 0 : sampleKey(rules.seed, draft));
      }
      if (buffer.length > BATCH_BYTES) await send();
    }
    await send(reader.report);
  };
}

/** Decodes the bzip2 blocks of units in a thread of its own, ahead of whoever reads them. */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Bzip2Block } from '../dump/bzip2.js';
import type { Decoded, DecodeRequest } from './decode-thread.js';
import type { Unit } from './unit.js';
import { Waiting } from './waiting.js';

export class Decoder {
  private readonly thread = new Worker(new URL('./decode-thread.js', import.meta.url));

  /** The blocks of a unit, as `bzip2Blocks` gives them. Decoding begins at once; `onEnd` is called at the unit's end and behind it. */
  blocks(unit: Unit, onEnd: () => void): AsyncGenerator<Bzip2Block> {
    const { port1: port, port2 } = new MessageChannel();
    this.thread.postMessage({ unit, port: port2 } satisfies DecodeRequest, [port2]);
    const onRead = (memory: ArrayBuffer): void =>
      this.thread.postMessage({ memory } satisfies DecodeRequest, [memory]);
    return received(port, { end: unit.end, onEnd, onRead });
  }
}

function received(
  port: MessagePort,
  { end, onEnd, onRead }: { end: number; onEnd: () => void; onRead: (memory: ArrayBuffer) => void },
): AsyncGenerator<Bzip2Block> {
  const ready: Decoded[] = [];
  const waiting = new Waiting();
  port.on('message', (message: Decoded) => {
    ready.push(message);
    if (message === null || !('offset' in message) || message.offset >= end) onEnd();
    waiting.wake();
  });
  async function* blocks(): AsyncGenerator<Bzip2Block> {
    try {
      for (;;) {
        port.postMessage(null);
        while (ready.length === 0) {
          await waiting.wait();
        }
        const block = ready.shift() as Decoded;
        if (block === null) return;
        if ('message' in block) throw new Error(block.message);
        const { data } = block;
        if (!data) {
          yield block;
          continue;
        }
        // A buffer arrives as plain bytes.
        yield { ...block, data: Buffer.from(data.buffer, 0, data.length) };
        onRead(data.buffer as ArrayBuffer);
      }
    } finally {
      port.close();
    }
  }
  return blocks();
}

/** Entry of a thread that decodes bzip2 for a worker: for each unit comes a port, to which its blocks are given. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { type Bzip2Block, bzip2Blocks } from '../dump/bzip2.js';
import { readOver } from '../dump/open.js';
import type { Failure } from './messages.js';
import type { Unit } from './unit.js';
import { Waiting } from './waiting.js';

/**
 * To a decoding thread: the unit, and the port, on which the other side asks for each block; or: memory of a block that
 * has been read, to write another into.
 */
export type DecodeRequest =
  | { readonly unit: Unit; readonly port: MessagePort }
  | { readonly memory: ArrayBuffer };

/** On the port: a block, or why there is none; null behind the last one. */
export type Decoded = Bzip2Block | Failure | null;

/** Blocks of a unit decoded before they are asked for. */
const BLOCKS_AHEAD = 4;

/** Of a block as good as always. */
const MEMORY_BYTES = 1 << 20;
const free: ArrayBuffer[] = [];

parentPort?.on('message', (request: DecodeRequest) => {
  if ('memory' in request) {
    free.push(request.memory);
    return;
  }
  const { unit, port } = request;
  decode(unit, port, (block) => giveBlock(port, block)).then(
    () => port.postMessage(null satisfies Decoded),
    ({ message }: Error) => port.postMessage({ message } satisfies Decoded),
  );
});

function giveBlock(port: MessagePort, { data, ...block }: Bzip2Block): void {
  if (!data) {
    port.postMessage(block satisfies Decoded);
    return;
  }
  let memory = free.pop();
  if (!memory || memory.byteLength < data.length)
    memory = new ArrayBuffer(Math.max(data.length, MEMORY_BYTES));
  const copy = Buffer.from(memory, 0, data.length);
  copy.set(data);
  port.postMessage({ ...block, data: copy } satisfies Decoded, [memory]);
}

/** Gives the unit's blocks until the port is closed; those behind the unit only when asked for. */
async function decode(
  { path, start, end }: Unit,
  port: MessagePort,
  give: (block: Bzip2Block) => void,
): Promise<void> {
  let ahead = 0;
  let isOpen = true;
  const waiting = new Waiting();
  port.on('message', () => {
    ahead--;
    waiting.wake();
  });
  port.on('close', () => {
    isOpen = false;
    waiting.wake();
  });
  for await (const block of bzip2Blocks(readOver(path, start), { base: start, end })) {
    give(block);
    ahead++;
    while (isOpen && ahead > (block.offset < end ? BLOCKS_AHEAD : -1)) {
      await waiting.wait();
    }
    if (!isOpen) return;
  }
}

/** Entry of a thread that decodes bzip2 for a worker: for each unit comes a port, to which its blocks are given. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { type Bzip2Block, bzip2Blocks } from '../dump/bzip2.js';
import { readOver } from '../dump/open.js';
import type { Failure } from './messages.js';
import type { Unit } from './unit.js';

/** To a decoding thread: the unit, and the port. On the port the other side asks for each block. */
export interface DecodeRequest {
  readonly unit: Unit;
  readonly port: MessagePort;
}

/** On the port: a block, or why there is none; null behind the last one. */
export type Decoded = Bzip2Block | Failure | null;

/** Blocks of a unit decoded before they are asked for. */
const BLOCKS_AHEAD = 4;

parentPort?.on('message', ({ unit, port }: DecodeRequest) => {
  const give = (message: Decoded): void =>
    port.postMessage(
      message,
      message && 'data' in message ? [message.data.buffer as ArrayBuffer] : [],
    );
  decode(unit, port, give).then(
    () => give(null),
    (error: Error) => give({ message: error.message }),
  );
});

/** Gives the unit's blocks until the port is closed; those behind the unit only when asked for. */
async function decode(
  { path, start, end }: Unit,
  port: MessagePort,
  give: (block: Bzip2Block) => void,
): Promise<void> {
  let ahead = 0;
  let isOpen = true;
  let wake = (): void => {};
  port.on('message', () => {
    ahead--;
    wake();
  });
  port.on('close', () => {
    isOpen = false;
    wake();
  });
  for await (const block of bzip2Blocks(readOver(path, start), { base: start, end })) {
    give(block);
    ahead++;
    while (isOpen && ahead > (block.offset < end ? BLOCKS_AHEAD : -1)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (!isOpen) return;
  }
}

/** Peak memory and time of `Calibrator.calibrate` and `stream` on documents of up to a megabyte. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What the child says of one document. */
export interface DocumentRead {
  readonly words: number;
  readonly answers: number;
  readonly seconds: number;
  /** Peak resident memory beyond that of the loaded calibrator after a first window. */
  readonly moreBytes: number;
}

export function benchDocuments(checkpoint: string): void {
  const child = fileURLToPath(new URL('./calibrator-document-child.js', import.meta.url));
  for (const bytes of [1e5, 1e6])
    for (const way of ['calibrate', 'stream']) {
      const args = [child, checkpoint, String(bytes), way];
      const read: DocumentRead = JSON.parse(
        execFileSync(process.execPath, args, { encoding: 'utf8' }),
      );
      console.log(
        `${way} of a document of ${bytes / 1e6} MB (${read.words} words, ${read.answers} answers, each in a window of 512 tokens): ${read.seconds.toFixed(1)} s, ${(read.moreBytes / 1e6).toFixed(0)} MB beyond one window`,
      );
    }
}

/** Does units of extractions that coordinators put into the queue, one at a time, until it is stopped. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { extractUnit } from '@calibre/data-wiki';
import { Worker } from 'bullmq';
import { version } from '../version.js';
import {
  connect,
  QUEUE,
  RESULT_SECONDS,
  resultKey,
  type UnitJob,
  type UnitJobReport,
} from './unit-job.js';

export interface UnitWorkerOptions {
  readonly signal: AbortSignal;
  /** A worker that gives no sign of life for so long has lost its unit to another one. */
  readonly patienceSeconds: number;
  readonly onUnit: (unitsDone: number) => void;
}

/** Works until aborted, then ends the unit it is at; gives the number of units done. Throws where no Redis answers. */
export async function workUnits(
  url: string,
  { signal, patienceSeconds, onUnit }: UnitWorkerOptions,
): Promise<number> {
  const connection = await connect(url);
  const patience = 1000 * patienceSeconds;
  let unitsDone = 0;
  const worker = new Worker<UnitJob, UnitJobReport>(
    QUEUE,
    async ({ id, data }) => {
      if (data.version !== version)
        throw new Error(`expected a worker of version ${data.version}, got ${version}`);
      const { lines, report } = await extractUnit(data.unit, data.rules);
      const compressed = await promisify(gzip)(lines, { level: 1 });
      await connection.set(resultKey(id as string), compressed, 'EX', RESULT_SECONDS);
      onUnit(++unitsDone);
      return report;
    },
    {
      connection,
      lockDuration: patience,
      stalledInterval: patience,
      maxStalledCount: Number.MAX_SAFE_INTEGER, // a unit is not to blame for workers that are killed
    },
  );
  worker.on('error', () => {}); // the connection is made again
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await worker.close();
  connection.disconnect();
  return unitsDone;
}

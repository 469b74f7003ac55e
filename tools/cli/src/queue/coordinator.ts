/** Units of an extraction as jobs of a queue on Redis, done by workers on any machines; results in the order of the units. */
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ExtractionRules, UnitResult, UnitRunner } from '@calibre/data-wiki';
import { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { version } from '../version.js';
import { connect, QUEUE, resultKey, type UnitJob, type UnitJobReport } from './unit-job.js';

/** Jobs that may wait or be done before the next result in order is taken: what bounds the results lying on Redis. */
const AHEAD = 64;
const ATTEMPTS = 3;

/** A runner for `extractToFile`. Ends with an error when a unit fails three times, or when aborted. */
export function overRedis(url: string, { signal }: { signal: AbortSignal }): UnitRunner {
  return async function* run(units, rules): AsyncGenerator<UnitResult> {
    const connection = await connect(url);
    const queue = new Queue<UnitJob, UnitJobReport>(QUEUE, { connection });
    const events = new QueueEvents(QUEUE, { connection: connection.duplicate() });
    const outcomes = new Outcomes(events);
    const prefix = randomUUID();
    const idOf = (index: number): string => `${prefix}-${index}`;
    const shared = boundedRules(rules);
    let added = 0;
    let taken = 0;
    const abort = (): void => outcomes.fail(signal.reason as Error);
    signal.addEventListener('abort', abort);
    try {
      await events.waitUntilReady();
      for (; taken < units.length; taken++) {
        for (; added < Math.min(units.length, taken + AHEAD); added++) {
          const unit = units[added] as UnitJob['unit'];
          outcomes.expect(idOf(added), `${unit.path}, bytes ${unit.start} to ${unit.end}`);
          await queue.add('unit', { unit, rules: shared, version }, jobOptions(idOf(added)));
        }
        const report = await outcomes.of(idOf(taken));
        yield { lines: await takeLines(connection, idOf(taken)), report };
      }
    } finally {
      signal.removeEventListener('abort', abort);
      for (let index = taken; index < added; index++)
        await queue.remove(idOf(index)).catch(() => 0);
      await events.close();
      await queue.close();
      connection.disconnect();
    }
  };
}

const jobOptions = (jobId: string) => ({
  jobId,
  attempts: ATTEMPTS,
  removeOnComplete: true,
  removeOnFail: true,
});

/** JSON has no infinity; a rule that bounds nothing is the default anyway. */
const boundedRules = (rules: ExtractionRules): Partial<ExtractionRules> =>
  Object.fromEntries(
    Object.entries(rules).filter(([, value]) => value !== Number.POSITIVE_INFINITY),
  );

async function takeLines(redis: Redis, jobId: string): Promise<Uint8Array> {
  const lines = await redis.getdelBuffer(resultKey(jobId));
  if (!lines)
    throw new Error(`redis: expected the lines of job ${jobId}, got none; was it emptied?`);
  return promisify(gunzip)(lines);
}

/** How jobs end, told by events; whether the event or the question comes first. */
class Outcomes {
  private readonly open = new Map<string, Outcome>();
  private failure: Error | undefined;

  constructor(events: QueueEvents) {
    events.on('completed', ({ jobId, returnvalue }) =>
      this.open.get(jobId)?.resolve(returnvalue as unknown as UnitJobReport),
    );
    events.on('failed', ({ jobId, failedReason }) => {
      const outcome = this.open.get(jobId);
      outcome?.reject(new Error(`extract: ${outcome.place}: ${failedReason}`));
    });
    events.on('error', () => {}); // connections are made again; what cannot be is told by the next call
  }

  /** A job of this id is about to be added; `place` tells a reader which. */
  expect(jobId: string, place: string): void {
    let [resolve, reject]: [Outcome['resolve'], Outcome['reject']] = [() => {}, () => {}];
    const report = new Promise<UnitJobReport>((...functions) => {
      [resolve, reject] = functions;
    });
    report.catch(() => {}); // asked for later
    this.open.set(jobId, { place, report, resolve, reject });
    if (this.failure) reject(this.failure);
  }

  async of(jobId: string): Promise<UnitJobReport> {
    const report = await this.open.get(jobId)?.report;
    this.open.delete(jobId);
    return report as UnitJobReport;
  }

  /** Ends the waiting for all jobs. */
  fail(error: Error): void {
    this.failure = error;
    for (const { reject } of this.open.values()) reject(error);
  }
}

interface Outcome {
  readonly place: string;
  readonly report: Promise<UnitJobReport>;
  readonly resolve: (report: UnitJobReport) => void;
  readonly reject: (error: Error) => void;
}

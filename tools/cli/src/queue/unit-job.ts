/** What a coordinator and its workers share: the queue's name, a unit as a job, and where its result lies. */
import type { ExtractionRules, Unit, UnitReport } from '@calibre/data-wiki';
import { Redis } from 'ioredis';

export const QUEUE = 'calibre-extract';

/** A job: plain JSON, in which rules that bound nothing are left out. */
export interface UnitJob {
  readonly unit: Unit;
  readonly rules: Partial<ExtractionRules>;
  /** Of the coordinator; workers of another one might find other passages. */
  readonly version: string;
}

/** What a job returns; its lines lie, compressed, at `resultKey`. */
export type UnitJobReport = UnitReport;

/** Results that nobody came for are forgotten. */
export const RESULT_SECONDS = 24 * 3600;

export const resultKey = (jobId: string): string => `${QUEUE}:lines:${jobId}`;

/** A connection as BullMQ wants it. Throws where no Redis answers. */
export async function connect(url: string): Promise<Redis> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true });
  redis.on('error', () => {}); // said below, or tried again
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    throw new Error(`redis: expected a server at ${url}, got ${(cause as Error).message}`, {
      cause,
    });
  }
  return redis;
}

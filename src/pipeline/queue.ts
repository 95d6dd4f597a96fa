import type { JobsOptions, WorkerOptions } from 'bullmq';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { RedisSettings } from '../config/settings.ts';
import type { ChangeMarker } from '../rules/rule-book.ts';
import type { Logger } from '../telemetry/logger.ts';
import { PipelineError } from './pipeline-error.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';
import { FIRST_RETRY_MS, redisOptions } from './queue-connection.ts';

export type Lane = 'normal' | 'urgent';

/**
 * The reload queue. Its jobs are empty: a marker only says "something changed", what changed is read
 * when the marker is worked off. Markers of a lane are deduplicated: at most one is active and one
 * waits, so a burst of changes becomes one reload now and one when the limiter allows the next.
 *
 *   normal  at most one reload per `maxFrequencySeconds`, over all orchestrators of the fleet
 *   urgent  kill switch: no limiter; runs in this process when Redis does not answer
 */
export interface ReloadQueue extends ChangeMarker {
  /**
   * Starts to work markers off with `run`, which says whether it led to a reload. It may be called for
   * both lanes at a time and again after a crash. When it throws, the marker is tried again.
   */
  work(run: (lane: Lane) => Promise<boolean>): void;
  /** Called after every (re)connection to Redis. */
  onConnected(listener: () => void): void;
  connected(): boolean;
  /** Waits for the marker that is worked off, then disconnects. */
  close(): Promise<void>;
}

export interface ReloadQueueOptions {
  readonly maxFrequencySeconds: number;
  readonly log: Logger;
  readonly metrics: Pick<PipelineMetrics, 'marked' | 'releaseFailed'>;
}

const QUEUE_NAMES: Readonly<Record<Lane, string>> = { normal: 'reload', urgent: 'reload-urgent' };

/** A marker whose run failed is tried again soon; after that the reconciler marks anew. */
const MARKER: JobsOptions = {
  attempts: 3,
  backoff: { type: 'fixed', delay: 200 },
  removeOnComplete: { count: 20 },
  removeOnFail: { count: 20 },
  deduplication: { id: 'rules', keepLastIfActive: true },
};

/** A killed worker's marker is taken over within `lockDuration + stalledInterval`. */
const RECOVERY: Partial<WorkerOptions> = {
  lockDuration: 3_000,
  stalledInterval: 1_000,
  maxStalledCount: 1_000,
};

const MARK_TIMEOUT_MS = 2_000;

/** Throws `WAF_ERR_QUEUE_URL` for a URL that is none; an unreachable Redis is retried for ever. */
export function createReloadQueue(
  settings: RedisSettings,
  { maxFrequencySeconds, log, metrics }: ReloadQueueOptions,
): ReloadQueue {
  const options = redisOptions(settings);
  const { prefix } = settings;
  // Commands wait for Redis as long as it takes, as BullMQ's own set-up must; `mark` answers a person
  // and gives up by itself. A marker that arrives late does no harm: it is empty.
  const redis = new Redis({ ...options, maxRetriesPerRequest: null });
  const queues = { normal: openQueue('normal'), urgent: openQueue('urgent') };
  const workers: Worker[] = [];
  const limiter = { max: 1, duration: maxFrequencySeconds * 1_000 };
  let work: ((lane: Lane) => Promise<boolean>) | undefined;

  redis.on('error', report('redis connection'));
  redis.on('ready', () => log.info('redis: connected'));
  redis.on('end', () => log.info('redis: closed'));
  // ioredis says `close` for every attempt that fails; only the first is news.
  redis.on('reconnecting', (delay: number) => {
    if (delay <= FIRST_RETRY_MS) log.warn('redis: not connected; changes are stored and wait');
  });
  return { mark, work: start, onConnected, connected, close };

  function openQueue(lane: Lane): Queue {
    const queue = new Queue(QUEUE_NAMES[lane], {
      connection: redis,
      prefix,
      skipMetasUpdate: true,
    });
    queue.on('error', report(`${lane} queue`));
    return queue;
  }

  function start(run: (lane: Lane) => Promise<boolean>): void {
    work = run;
    workers.push(openWorker('normal', maxFrequencySeconds > 0 ? { limiter } : {}));
    workers.push(openWorker('urgent', {}));
  }

  function openWorker(lane: Lane, more: Partial<WorkerOptions>): Worker {
    const worker = new Worker(QUEUE_NAMES[lane], () => runMarker(lane), {
      connection: redis,
      prefix,
      concurrency: 1,
      ...RECOVERY,
      ...more,
    });
    worker.on('error', report(`${lane} worker`));
    worker.on('stalled', (job) => log.warn({ lane, job }, 'took over a marker of a dead worker'));
    worker.on('failed', (_, error) => failed(lane, error));
    return worker;
  }

  async function runMarker(lane: Lane): Promise<void> {
    let reloaded = false;
    try {
      reloaded = (await work?.(lane)) ?? false;
    } finally {
      // What led to no reload gives its turn back: to the next change, or to its own next attempt.
      if (!reloaded && lane === 'normal') await queues.normal.removeRateLimitKey().catch(() => 0);
    }
  }

  async function mark(lane: Lane): Promise<void> {
    try {
      await within(MARK_TIMEOUT_MS, () => queues[lane].add('changed', {}, MARKER));
      metrics.marked(lane, true);
    } catch (cause) {
      metrics.marked(lane, false);
      if (lane === 'normal' || work === undefined) throw unavailable(cause);
      log.warn({ err: cause }, 'redis does not answer; the urgent release runs without the queue');
      work(lane).catch((error) => failed(lane, error));
    }
  }

  /** Rejects at once while there is no connection, and after `ms` when a connection hangs. */
  async function within(ms: number, action: () => Promise<unknown>): Promise<void> {
    if (!connected()) throw new Error('not connected to redis');
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`redis did not answer in ${ms} ms`)), ms);
    });
    await Promise.race([action(), timeout]).finally(() => clearTimeout(timer));
  }

  function failed(lane: Lane, error: Error): void {
    metrics.releaseFailed('code' in error ? String(error.code) : error.name);
    log.error({ err: error, lane }, 'a release run failed and is tried again');
  }

  function onConnected(listener: () => void): void {
    redis.on('ready', listener);
    if (connected()) listener();
  }

  function connected(): boolean {
    return redis.status === 'ready';
  }

  function report(where: string): (error: Error) => void {
    return (error) => log.debug({ err: error }, where);
  }

  async function close(): Promise<void> {
    await Promise.all(workers.map((worker) => worker.close(!connected())));
    await Promise.all(Object.values(queues).map((queue) => queue.close()));
    redis.disconnect();
  }
}

function unavailable(cause: unknown): PipelineError {
  return new PipelineError(
    'WAF_ERR_QUEUE_UNAVAILABLE',
    'unavailable',
    'Redis did not take the marker; the change is stored and is released when Redis is back',
    { cause },
  );
}

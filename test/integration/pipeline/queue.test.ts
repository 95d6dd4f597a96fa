import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Lane, ReloadQueue } from '../../../src/pipeline/queue.ts';
import { createReloadQueue } from '../../../src/pipeline/queue.ts';
import { startRedis } from '../../servers.ts';
import { redisSettings, silentLog, silentMetrics } from './fixtures.ts';

let redis: Awaited<ReturnType<typeof startRedis>>;
const open: ReloadQueue[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  await Promise.all(open.splice(0).map((queue) => queue.close()));
});

describe('reload queue', () => {
  it('queue - a burst of 201 marks is one run now and one when the limiter allows', async () => {
    const { queue, runs } = await workingQueue({ seconds: 1 });
    await queue.mark('normal');
    await runs.reached(1);
    await Promise.all(Array.from({ length: 200 }, () => queue.mark('normal')));
    await runs.reached(2);
    await queue.mark('normal');
    await runs.reached(3);
    expect(runs.all).toHaveLength(3);
    expect(runs.gap(0, 1)).toBeGreaterThanOrEqual(990);
    expect(runs.gap(1, 2)).toBeGreaterThanOrEqual(990);
  });

  it('queue - the urgent lane is not held by the limiter of the normal lane', async () => {
    const { queue, runs } = await workingQueue({ seconds: 30 });
    await queue.mark('normal');
    await runs.reached(1);
    await queue.mark('normal');
    await queue.mark('urgent');
    await runs.reached(2);
    await queue.mark('urgent');
    await runs.reached(3);
    expect(runs.lanes()).toEqual(['normal', 'urgent', 'urgent']);
  });

  it('queue - a run that led to no reload gives its turn back', async () => {
    const { queue, runs } = await workingQueue({ seconds: 30, reloads: () => false });
    for (let count = 1; count <= 3; count += 1) {
      await queue.mark('normal');
      await runs.reached(count);
      await runs.finished(count);
    }
    expect(runs.all).toHaveLength(3);
  });

  it('queue - a run that throws is tried again, and a later mark still works', async () => {
    let failures = 3;
    const { queue, runs } = await workingQueue({
      seconds: 0,
      reloads: () => {
        failures -= 1;
        if (failures >= 0) throw new Error('not yet');
        return true;
      },
    });
    await queue.mark('normal');
    await runs.finished(3);
    await queue.mark('normal');
    await runs.finished(4);
    expect(runs.all).toHaveLength(4);
  });

  it('queue - without redis a normal mark is refused at once and an urgent one runs here', async () => {
    const own = await startRedis();
    const { queue, runs } = await workingQueue({ seconds: 30, url: own.url });
    await own.stop();
    await disconnected(queue);
    await expect(queue.mark('normal')).rejects.toMatchObject({
      code: 'WAF_ERR_QUEUE_UNAVAILABLE',
      kind: 'unavailable',
    });
    await queue.mark('urgent');
    await runs.reached(1);
    expect(runs.lanes()).toEqual(['urgent']);
  });

  it('queue - a marker that waits survives a restart of redis', async () => {
    const own = await startRedis();
    const first = createQueue({ seconds: 30, url: own.url, prefix: 'own' });
    await connected(first);
    await first.mark('normal');
    await first.close();
    open.splice(open.indexOf(first), 1);
    await own.restart();
    const { runs } = await workingQueue({ seconds: 30, url: own.url });
    await runs.reached(1);
    expect(runs.lanes()).toEqual(['normal']);
    await Promise.all(open.splice(0).map((queue) => queue.close()));
    await own.stop();
  });

  it('queue - the limiter holds across two orchestrators', async () => {
    const prefix = uniquePrefix();
    const first = await workingQueue({ seconds: 1, prefix });
    const second = await workingQueue({ seconds: 1, prefix });
    await Promise.all([first.queue.mark('normal'), second.queue.mark('normal')]);
    await Promise.race([first.runs.reached(1), second.runs.reached(1)]);
    await second.queue.mark('normal');
    const total = () => first.runs.all.length + second.runs.all.length;
    await Promise.race([first.runs.reached(2), second.runs.reached(2), bothOnce()]);
    const times = [...first.runs.all, ...second.runs.all]
      .map((run) => run.at)
      .sort((a, b) => a - b);
    expect(total()).toBe(2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);

    async function bothOnce() {
      await Promise.all([first.runs.reached(1), second.runs.reached(1)]);
    }
  });

  it('queue - a url that is none is refused without repeating its password', () => {
    for (const url of ['', 'http://:secret@host', 'redis://', 'unix', 'redis://:secret@host/x/y']) {
      expect(() => createReloadQueue(redisSettings(url), options(1))).toThrow(
        /\[redis\] url must be redis:\/\//,
      );
    }
  });
});

let prefixes = 0;
function uniquePrefix(): string {
  prefixes += 1;
  return `test-${prefixes}`;
}

function options(seconds: number) {
  return { maxFrequencySeconds: seconds, log: silentLog, metrics: silentMetrics };
}

interface QueueUnderTest {
  readonly seconds: number;
  readonly url?: string;
  readonly prefix?: string;
  readonly reloads?: () => boolean;
}

function createQueue(settings: QueueUnderTest): ReloadQueue {
  const queue = createReloadQueue(
    redisSettings(settings.url ?? redis.url, settings.prefix ?? uniquePrefix()),
    options(settings.seconds),
  );
  open.push(queue);
  return queue;
}

async function workingQueue(settings: QueueUnderTest) {
  const queue = createQueue({
    prefix: settings.url === undefined ? uniquePrefix() : 'own',
    ...settings,
  });
  const runs = recordRuns();
  await connected(queue);
  queue.work(runs.around(settings.reloads ?? (() => true)));
  return { queue, runs };
}

function connected(queue: ReloadQueue): Promise<void> {
  return new Promise((resolve) => queue.onConnected(resolve));
}

/** The socket closes right after the server has gone; each turn of the loop looks once. */
async function disconnected(queue: ReloadQueue): Promise<void> {
  while (queue.connected()) await new Promise((resolve) => setImmediate(resolve));
}

function recordRuns() {
  const all: { lane: Lane; at: number }[] = [];
  let ended = 0;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const check of waiting) check();
  };
  const until = (done: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!done()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return {
    all,
    lanes: () => all.map((run) => run.lane),
    gap: (from: number, to: number) => (all[to]?.at ?? 0) - (all[from]?.at ?? 0),
    reached: (count: number) => until(() => all.length >= count),
    finished: (count: number) => until(() => ended >= count),
    around: (reloads: () => boolean) => async (lane: Lane) => {
      all.push({ lane, at: performance.now() });
      wake();
      try {
        return reloads();
      } finally {
        ended += 1;
        queueMicrotask(wake);
      }
    },
  };
}

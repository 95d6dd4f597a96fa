import { Worker } from 'node:worker_threads';
import { threadEntry } from '../../config/entry-point.ts';
import type { RecordedRequest } from '../../evaluation/recorded-request.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { GeneratorError } from '../generator-error.ts';
import type { PoolChange } from './benign-reservoir.ts';
import type { LearnAnswer, LearnedRules, LearnJob, LearnRequest } from './learn-protocol.ts';

/** Learns in a thread of its own, so that the process goes on reading traffic meanwhile. */
export interface LearnThread {
  /** The request is part of the next job's pool. */
  poolChanged(change: PoolChange): void;
  /** Rejects with `WAF_ERR_GENERATOR_LEARN`; one job at a time. */
  learn(job: LearnJob): Promise<LearnedRules>;
  close(): Promise<void>;
}

export interface LearnThreadOptions {
  readonly log: Logger;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 120_000;

/** A thread that ended or took too long is replaced with the next job, and gets the whole pool again. */
export function createLearnThread({
  log,
  timeoutMs = TIMEOUT_MS,
}: LearnThreadOptions): LearnThread {
  const pool: RecordedRequest[] = [];
  const changes = new Map<number, RecordedRequest>();
  let worker: Worker | undefined;
  let lastId = 0;

  function started(): Worker {
    if (worker !== undefined) return worker;
    const fresh = new Worker(threadEntry(import.meta.url, './learn-worker'));
    fresh.unref();
    fresh.on('error', (error) => log.error({ err: error }, 'the learning thread failed'));
    fresh.on('exit', () => {
      if (worker === fresh) worker = undefined;
    });
    for (const [place, request] of pool.entries()) changes.set(place, request);
    worker = fresh;
    return fresh;
  }

  function send(to: Worker, request: LearnRequest): void {
    to.postMessage(request);
  }

  return {
    poolChanged({ place, request }) {
      pool[place] = request;
      changes.set(place, request);
    },
    async learn(job) {
      const to = started();
      const changed = [...changes].map(([place, request]) => ({ place, request }));
      changes.clear();
      if (changed.length > 0) send(to, { kind: 'pool', changes: changed });
      lastId += 1;
      const id = lastId;
      return await new Promise<LearnedRules>((resolve, reject) => {
        const settle = (how: () => void) => {
          clearTimeout(timer);
          to.off('message', onMessage).off('exit', onExit);
          how();
        };
        const fail = (why: string) => settle(() => reject(failure(why)));
        const onMessage = (answer: LearnAnswer) => {
          if (answer.id !== id) return;
          if ('error' in answer) fail(answer.error);
          else settle(() => resolve(answer.result));
        };
        const onExit = () => fail('the thread ended');
        const timer = setTimeout(() => {
          worker = undefined;
          void to.terminate();
          fail(`it took longer than ${timeoutMs / 1_000} s`);
        }, timeoutMs);
        to.on('message', onMessage).on('exit', onExit);
        send(to, { kind: 'learn', id, job });
      });
    },
    async close() {
      await worker?.terminate();
    },
  };
}

function failure(why: string): GeneratorError {
  return new GeneratorError('WAF_ERR_GENERATOR_LEARN', `learning failed: ${why}`);
}

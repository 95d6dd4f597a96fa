import { Worker } from 'node:worker_threads';
import type { SigningKey } from '../artifact/signing-key.ts';
import { threadEntry } from '../config/entry-point.ts';
import { LIMITS } from '../config/limits.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import type { WafConfig } from '../rules/model.ts';
import type { Logger } from '../telemetry/logger.ts';
import type {
  BuildJob,
  BuildResult,
  CompileAnswer,
  CompileRequest,
  CompileThreadData,
} from './compile-protocol.ts';
import { PipelineError } from './pipeline-error.ts';

/**
 * One long-lived thread that compiles, so that the event loop stays free. Requests are worked off in
 * order. When the thread ends or takes too long, what it had is rejected and the next request starts a
 * new one.
 */
export interface CompileThread {
  /** Rejects with `WAF_ERR_BUILD_FAILED` or `WAF_ERR_BUILD_TIMEOUT`; faults of rules are values. */
  build(job: BuildJob): Promise<BuildResult>;
  /** Builds `config` and runs every example of its rules in the real engine. */
  check(config: WafConfig): Promise<readonly Diagnostic[]>;
  close(): Promise<void>;
}

export interface CompileThreadOptions {
  /** null: artifacts are not signed. */
  readonly signingKey: SigningKey | null;
  readonly log: Logger;
  /** Of one request, from the moment it is made. */
  readonly timeoutMs?: number;
  /** Another entry file, for tests of crashes. */
  readonly entry?: URL;
}

type RequestBody =
  | { readonly kind: 'build'; readonly job: BuildJob }
  | { readonly kind: 'check'; readonly config: WafConfig };

interface Pending {
  resolve(result: never): void;
  reject(error: Error): void;
}

/** Starts the thread at once: the first request should not wait for it. */
export function createCompileThread(options: CompileThreadOptions): CompileThread {
  const { log, timeoutMs = LIMITS.reload.timeout_ms } = options;
  const entry = options.entry ?? threadEntry(import.meta.url, './compile-worker');
  const pending = new Map<number, Pending>();
  let thread: Worker | undefined = startThread();
  let lastId = 0;

  return {
    build: (job) => request<BuildResult>({ kind: 'build', job }),
    check: (config) => request<readonly Diagnostic[]>({ kind: 'check', config }),
    async close() {
      const ending = thread;
      lose(new PipelineError('WAF_ERR_BUILD_FAILED', 'busy', 'the compile thread is closing'));
      await ending?.terminate();
    },
  };

  function startThread(): Worker {
    const workerData: CompileThreadData = { signingKey: options.signingKey };
    const worker = new Worker(entry, { workerData });
    worker.unref();
    worker.on('message', settle);
    worker.on('error', (error) => {
      log.error({ err: error }, 'the compile thread failed');
      if (worker === thread) lose(failure(error));
    });
    worker.on('exit', () => {
      if (worker === thread) lose(failure(new Error('the thread ended')));
    });
    return worker;
  }

  function request<T>(body: RequestBody): Promise<T> {
    thread ??= startThread();
    const worker = thread;
    lastId += 1;
    const id = lastId;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        lose(new PipelineError('WAF_ERR_BUILD_TIMEOUT', 'timeout', timeoutText(timeoutMs)));
        worker.terminate();
      }, timeoutMs);
      pending.set(id, {
        resolve: (result) => {
          clearTimeout(timer);
          resolve(result);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      worker.postMessage({ id, ...body } satisfies CompileRequest);
    });
  }

  function settle(answer: CompileAnswer): void {
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if ('error' in answer) waiting?.reject(failure(answer.error));
    else waiting?.resolve(answer.result as never);
  }

  /** Gives up the thread and everything that waits for it. */
  function lose(error: PipelineError): void {
    thread = undefined;
    const lost = [...pending.values()];
    pending.clear();
    for (const waiting of lost) waiting.reject(error);
  }
}

function failure(cause: { readonly message: string }): PipelineError {
  const text = `compiling failed: ${cause.message}`;
  return new PipelineError('WAF_ERR_BUILD_FAILED', 'busy', text, { cause });
}

function timeoutText(timeoutMs: number): string {
  return `compiling took longer than ${timeoutMs / 1_000} s`;
}

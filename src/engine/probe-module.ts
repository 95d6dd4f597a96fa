import { Worker } from 'node:worker_threads';
import { threadEntry } from '../config/entry-point.ts';
import { LIMITS } from '../config/limits.ts';
import { EngineError } from './engine-error.ts';
import type { EngineErrorCode } from './error-codes.ts';

/** What the probe thread is given. */
export interface ProbeJob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Instructions for the start function, and for each sample request. */
  readonly fuelLimit: number;
  readonly maxPages: number;
}

/** What the probe thread says: first that it runs, then the outcome. */
export type ProbeMessage =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'passed';
      readonly module: WebAssembly.Module;
      /** Milliseconds. */
      readonly timings: { readonly stage: number; readonly probe: number };
    }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

type Passed = Extract<ProbeMessage, { kind: 'passed' }>;

/** JavaScript heap of the thread; Wasm memory is bounded by the module's declared maximum. */
const MAX_HEAP_MB = 256;

/**
 * Meters, compiles, instantiates and tries a foreign module in a thread of its own, and hands back
 * the compiled, metered module. Throws `EngineError` when it fails, takes longer than
 * LIMITS.reload.probe_timeout_ms after the thread has started, or `signal` fires.
 */
export async function probeModule(job: ProbeJob, signal?: AbortSignal): Promise<Passed> {
  signal?.throwIfAborted();
  const worker = new Worker(threadEntry(import.meta.url, './probe-worker'), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<Passed>((resolve, reject) => {
      onAbort = () => reject(signal!.reason);
      signal?.addEventListener('abort', onAbort);
      worker.on('message', (message: ProbeMessage) => {
        if (message.kind === 'passed') resolve(message);
        else if (message.kind === 'failed') {
          reject(new EngineError(message.code as EngineErrorCode, message.message));
        } else timer = setTimeout(() => reject(timedOut()), LIMITS.reload.probe_timeout_ms);
      });
      worker.on('error', (cause) => reject(died(cause.message, cause)));
      worker.on('exit', (code) => reject(died(`exit code ${code}`)));
    });
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}

function timedOut(): EngineError {
  return new EngineError(
    'WAF_ERR_ENGINE_PROBE_TIMEOUT',
    `Invalid WASM module: probe did not finish within ${LIMITS.reload.probe_timeout_ms} ms`,
  );
}

function died(how: string, cause?: unknown): EngineError {
  return new EngineError(
    'WAF_ERR_ENGINE_PROBE_FAILED',
    `Invalid WASM module: the probe thread died: ${how}`,
    { cause },
  );
}

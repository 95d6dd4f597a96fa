import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { EngineError } from './engine-error.ts';
import { ForeignInstance } from './foreign-instance.ts';
import { injectMetering } from './metering/inject-metering.ts';
import { probeInspector } from './probe-inspector.ts';
import type { ProbeJob, ProbeMessage } from './probe-module.ts';

/**
 * Entry of the thread in which an unknown module runs for the first time. Whatever it does, the
 * thread can be ended from outside; the node's own thread only ever gets a module that passed.
 */
const send = (message: ProbeMessage) => parentPort!.postMessage(message);
send({ kind: 'ready' });
send(probe(workerData as ProbeJob));

function probe({ bytes, fuelLimit, maxPages }: ProbeJob): ProbeMessage {
  const started = performance.now();
  try {
    const metered = new WebAssembly.Module(injectMetering(bytes));
    const compiled = performance.now();
    probeInspector(firstInstance(metered, fuelLimit, maxPages));
    const timings = { stage: compiled - started, probe: performance.now() - compiled };
    return { kind: 'passed', module: metered, timings };
  } catch (error) {
    const { code = 'WAF_ERR_ENGINE_PROBE_FAILED', message } = error as Partial<EngineError>;
    return { kind: 'failed', code, message: message ?? 'unknown error' };
  }
}

function firstInstance(
  metered: WebAssembly.Module,
  fuelLimit: number,
  maxPages: number,
): ForeignInstance {
  try {
    return new ForeignInstance(metered, fuelLimit, maxPages);
  } catch (cause) {
    throw new EngineError(
      'WAF_ERR_ENGINE_INSTANTIATE',
      `Invalid WASM module: ${(cause as Error).message}`,
      { cause },
    );
  }
}

import { type Pieces, runAtOnce } from '../artifact/pieces.ts';
import { EngineError } from './engine-error.ts';
import type { Inspector } from './module-slot.ts';
import { PROBE_REQUESTS } from './probe-requests.ts';

/**
 * Runs the sample requests. Throws `WAF_ERR_ENGINE_PROBE_FAILED` naming the first that the module
 * does not answer with 0–3 within its budget.
 */
export function probeInspector(inspector: Inspector): void {
  runAtOnce(probeInPieces(inspector));
}

/** The same, in pieces: a request each. */
export function* probeInPieces(inspector: Inspector): Pieces<void> {
  for (const { name, request } of PROBE_REQUESTS) {
    yield;
    try {
      inspector.inspect(request);
    } catch (cause) {
      throw new EngineError(
        'WAF_ERR_ENGINE_PROBE_FAILED',
        `Invalid WASM module: ${(cause as Error).message} (sample request: ${name})`,
        { cause },
      );
    }
  }
}

import { ArtifactError } from '../artifact/artifact-error.ts';
import type { ArtifactErrorCode } from '../artifact/error-codes.ts';
import { EngineError } from './engine-error.ts';
import type { EngineErrorCode } from './error-codes.ts';
import type { ReloadPhases } from './phase-timer.ts';

/** A reload failed; whatever ran before goes on running. */
export class ReloadError extends Error {
  readonly code: EngineErrorCode | ArtifactErrorCode;
  /** How long each phase took until then. */
  readonly phases: ReloadPhases;

  constructor(
    code: ReloadError['code'],
    message: string,
    phases: ReloadPhases,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ReloadError';
    this.code = code;
    this.phases = phases;
  }
}

/** Any failure of a reload with its code; what has none came out of V8. */
export function toReloadError(error: unknown, phases: ReloadPhases): ReloadError {
  if (error instanceof ReloadError) return error;
  const { message } = error as Error;
  if (error instanceof EngineError || error instanceof ArtifactError) {
    return new ReloadError(error.code, message, phases, { cause: error });
  }
  const text = `Invalid WASM module: ${message}`;
  return new ReloadError('WAF_ERR_ENGINE_MODULE_INVALID', text, phases, { cause: error });
}

/** What a caller can do about an error; independent of HTTP. */
export type PipelineErrorKind =
  | 'invalid'
  | 'unknown'
  | 'conflict'
  | 'busy'
  | 'unavailable'
  | 'timeout';

/** A request to the pipeline that cannot be carried out. Codes of other rooms pass through unchanged. */
export class PipelineError extends Error {
  /** `WAF_ERR_<AREA>_<WHAT>`; those of this room stand in `error-codes.ts`. */
  readonly code: string;
  readonly kind: PipelineErrorKind;

  constructor(code: string, kind: PipelineErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PipelineError';
    this.code = code;
    this.kind = kind;
  }
}

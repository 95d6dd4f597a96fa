/**
 * One fault found in something a user gave us. Diagnostics are values, never thrown one by one:
 * a check returns all of them. Shape: `schemas/diagnostic.json`.
 */
export interface Diagnostic {
  /** Stable code `WAF_ERR_<AREA>_<WHAT>`; every code is listed in `docs/errors.md`. */
  readonly code: string;
  /** `warning` does not refuse the input. Absent means `error`. */
  readonly severity?: 'error' | 'warning';
  /** JSON Pointer (RFC 6901) into the document that was given; '' is the whole document. */
  readonly pointer: string;
  /** 1-based position in the source text, when there is a text. */
  readonly line?: number;
  readonly column?: number;
  /** What is wrong, with the offending value. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** File the document came from, when it came from a file. */
  readonly file?: string;
  /** The rule to blame, when it has an id. */
  readonly rule_id?: string;
}

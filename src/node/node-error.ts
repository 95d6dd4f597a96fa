import type { NodeErrorCode } from './error-codes.ts';

/** A failure of the node itself; `code` is one of `NODE_ERRORS`. */
export class NodeError extends Error {
  readonly code: NodeErrorCode;

  constructor(code: NodeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NodeError';
    this.code = code;
  }
}

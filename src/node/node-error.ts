import { CodedError } from '../config/coded-error.ts';
import type { NodeErrorCode } from './error-codes.ts';

/** A failure of the node itself; `code` is one of `NODE_ERRORS`. */
export class NodeError extends CodedError<NodeErrorCode> {}

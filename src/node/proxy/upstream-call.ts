import type { RequestBody } from './request-body.ts';
import type { RequestLines } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';
import type { UpstreamConnection } from './upstream-connection.ts';

/** What is asked of the upstream. */
export interface UpstreamRequest extends RequestLines {
  /** The whole body, or one that is still coming. */
  readonly body: Buffer | RequestBody | null;
}

/** Who takes the response. Buffers are views that hold until the call returns: copy what is kept. */
export interface UpstreamHandler {
  /** The final response begins. `more`: the next call comes at once, with what follows the head. */
  onHead(head: ResponseHead, more: boolean): void;
  /** Returns false when it wants no more until `resume` of the call. */
  onData(data: Buffer): boolean;
  /** The response is complete; `last` is what is left of its body. */
  onEnd(last: Buffer | null): void;
  /** Instead of `onEnd`. `begun`: the head of the response had come. */
  onError(error: Error, begun: boolean): void;
}

/** One request on its way through the pool. */
export class UpstreamCall {
  readonly request: UpstreamRequest;
  readonly handler: UpstreamHandler;
  /** The pool's: what carries it now, null while it waits for a connection and after its end. */
  connection: UpstreamConnection | null = null;
  /** The pool's: milliseconds that it has waited for a connection. */
  waitedMs = 0;
  cancelled = false;

  constructor(request: UpstreamRequest, handler: UpstreamHandler) {
    this.request = request;
    this.handler = handler;
  }

  /** Nobody wants the response any more; the handler hears nothing further. */
  cancel(): void {
    this.cancelled = true;
    this.connection?.cancel();
  }

  resume(): void {
    this.connection?.resume();
  }
}

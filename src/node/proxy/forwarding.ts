import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientHeaders } from './forwarding-headers.ts';
import { HeldResponse } from './held-response.ts';
import { cutUnfinished } from './refusal.ts';
import type { ResponseHead } from './response-head.ts';
import type { Upstream } from './upstream.ts';
import type { UpstreamCall, UpstreamHandler, UpstreamRequest } from './upstream-call.ts';

/** Whose request is forwarded. */
export interface ForwardingOwner {
  /** Headers added to the response, name, value, name, value. */
  readonly added: readonly string[];
  /** Milliseconds a client may leave our data unread. */
  readonly clientTimeoutMs: number;
  /** Bytes of the response's body to hold back for the judgement; 0: none, null: no judgement at all. */
  bytesToHold(head: ResponseHead): number | null;
  /** Judges a response of which nothing was sent yet. When false, the owner has answered the client. */
  responsePasses(head: ResponseHead, held: Buffer | null): boolean;
  /** Nothing was sent to the client yet; it gets the owner's answer. */
  onFailed(error: Error): void;
  /** The response broke off half-way; the client is disconnected. */
  onBroken(error: Error): void;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const STALE_CODES: ReadonlySet<string> = new Set(['UPSTREAM_CLOSED', 'ECONNRESET', 'EPIPE']);

/** The end of a body up to this size is sent in one piece with what goes before it. */
const ONE_PIECE_BYTES = 8_192;

/**
 * One request on its way to the upstream and its response on the way back, streamed with back-pressure
 * in both directions. A response that is to be judged is held back until it is.
 *
 * An idle connection may be closed by the upstream in the very moment we use it. A safe request without
 * a body is then sent once more, as RFC 9110 9.2.2 allows; everything else is reported.
 */
export class Forwarding implements UpstreamHandler {
  readonly #upstream: Upstream;
  readonly #order: UpstreamRequest;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #owner: ForwardingOwner;
  #call: UpstreamCall | null = null;
  #held: HeldResponse | null = null;
  #retriesLeft: number;
  /** The client went away or was answered by the owner. */
  #over = false;

  constructor(
    upstream: Upstream,
    order: UpstreamRequest,
    request: IncomingMessage,
    response: ServerResponse,
    owner: ForwardingOwner,
  ) {
    this.#upstream = upstream;
    this.#order = order;
    this.#request = request;
    this.#response = response;
    this.#owner = owner;
    this.#retriesLeft = order.body === null && SAFE_METHODS.has(order.method) ? 1 : 0;
  }

  start(): void {
    this.#call = this.#upstream.pool.dispatch(this.#order, this);
    // The answer may have been settled before there was a call to cancel.
    if (this.#over) this.#call.cancel();
  }

  /** The client went away. */
  cancel(): void {
    this.#over = true;
    this.#call?.cancel();
  }

  onHead(head: ResponseHead, more: boolean): void {
    const wanted = this.#owner.bytesToHold(head);
    if (wanted === null) this.#writeHead(head, more);
    else if (wanted > 0) this.#held = new HeldResponse(head, wanted);
    else if (this.#passes(head, null)) this.#writeHead(head, more);
  }

  onData(data: Buffer): boolean {
    if (this.#over) return true;
    if (this.#held === null) return this.#write(Buffer.from(data));
    if (!this.#held.add(data)) return true;
    const begun = this.#release();
    return begun === null || this.#write(begun);
  }

  onEnd(last: Buffer | null): void {
    if (this.#over) return;
    if (this.#held !== null) {
      if (last !== null) this.#held.add(last);
      const whole = this.#release();
      if (whole !== null) this.#end(whole);
    } else this.#end(last);
  }

  onError(error: Error, begun: boolean): void {
    if (this.#over) return;
    if (this.#response.headersSent) {
      this.#owner.onBroken(error);
      this.#response.destroy();
    } else if (!begun && this.#retriesLeft > 0 && isStale(error)) {
      this.#retriesLeft -= 1;
      this.start();
    } else {
      this.#over = true;
      this.#owner.onFailed(error);
    }
  }

  /** Judges what was held. Returns the body so far when it passes, and then the head has been written. */
  #release(): Buffer | null {
    const held = this.#held!;
    this.#held = null;
    const body = held.body();
    if (!this.#passes(held.head, body)) return null;
    this.#writeHead(held.head, true);
    return body;
  }

  #passes(head: ResponseHead, held: Buffer | null): boolean {
    if (this.#owner.responsePasses(head, held)) return true;
    this.cancel();
    return false;
  }

  #writeHead(head: ResponseHead, more: boolean): void {
    const headers = clientHeaders(head.headers, this.#owner.added);
    this.#response.writeHead(head.status, head.reason, headers);
    // The head goes out with the first body bytes; when none came with it, it must not wait for them.
    if (!more) this.#response.flushHeaders();
  }

  #write(data: Buffer): boolean {
    const response = this.#response;
    if (data.length === 0 || response.write(data)) return true;
    const stalled = setTimeout(() => response.destroy(), this.#owner.clientTimeoutMs);
    stalled.unref();
    response.once('drain', () => {
      clearTimeout(stalled);
      this.#call?.resume();
    });
    return false;
  }

  #end(last: Buffer | null): void {
    if (last === null || last.length === 0) this.#response.end();
    else if (last.length > ONE_PIECE_BYTES) this.#response.end(Buffer.from(last));
    else this.#response.end(last.toString('latin1'), 'latin1');
    cutUnfinished(this.#request);
  }
}

function isStale(error: Error): boolean {
  return STALE_CODES.has((error as { code?: string }).code ?? '');
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { clientHeaders } from './forwarding-headers.ts';
import { cutUnfinished } from './refusal.ts';
import type { Upstream } from './upstream.ts';

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer | Readable | null;
}

export interface ForwardingOptions {
  /** Headers added to the response, name, value, name, value. */
  readonly added: readonly string[];
  /** Milliseconds a client may leave our data unread. */
  readonly clientTimeoutMs: number;
  /** Nothing was sent to the client yet; it gets the caller's answer. */
  readonly onFailed: (error: Error) => void;
  /** The response broke off half-way and the client was disconnected. */
  readonly onBroken: (error: Error) => void;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const STALE_CODES: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/**
 * One request on its way to the upstream and its response on the way back, streamed with back-pressure
 * in both directions. A client that goes away cancels the upstream request.
 *
 * An idle connection may be closed by the upstream in the very moment we use it. A safe request without
 * a body is then sent once more, as RFC 9110 9.2.2 allows; everything else is reported.
 */
export class Forwarding implements Dispatcher.DispatchHandler {
  readonly #upstream: Upstream;
  readonly #order: UpstreamRequest;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: ForwardingOptions;
  #controller: Dispatcher.DispatchController | null = null;
  #retriesLeft: number;
  #clientGone = false;
  #bodyStarted = false;

  constructor(
    upstream: Upstream,
    order: UpstreamRequest,
    request: IncomingMessage,
    response: ServerResponse,
    options: ForwardingOptions,
  ) {
    this.#upstream = upstream;
    this.#order = order;
    this.#request = request;
    this.#response = response;
    this.#options = options;
    this.#retriesLeft = order.body === null && SAFE_METHODS.has(order.method) ? 1 : 0;
  }

  start(): void {
    this.#response.on('close', () => this.#onClientClose());
    this.#dispatch();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#clientGone) controller.abort(new Error('client went away'));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    reason?: string,
  ): void {
    // Informational responses end here: 100 was answered by us, 103 is only a hint.
    if (status < 200) return;
    const raw = controller.rawHeaders as readonly Buffer[];
    this.#response.writeHead(status, reason ?? '', clientHeaders(raw, this.#options.added));
    // The head goes out with the first body bytes; when none came with it, it must not wait for them.
    queueMicrotask(() => {
      if (!this.#bodyStarted && !this.#response.destroyed) this.#response.flushHeaders();
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bodyStarted = true;
    if (this.#response.write(chunk)) return;
    controller.pause();
    const response = this.#response;
    const stalled = setTimeout(() => response.destroy(), this.#options.clientTimeoutMs);
    stalled.unref();
    response.once('drain', () => {
      clearTimeout(stalled);
      controller.resume();
    });
  }

  onResponseEnd(): void {
    this.#bodyStarted = true;
    this.#response.end();
    cutUnfinished(this.#request);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#clientGone) return;
    if (this.#response.headersSent) {
      this.#options.onBroken(error);
      this.#response.destroy();
    } else if (this.#retriesLeft > 0 && STALE_CODES.has((error as { code?: string }).code ?? '')) {
      this.#retriesLeft -= 1;
      this.#dispatch();
    } else {
      this.#options.onFailed(error);
    }
  }

  #dispatch(): void {
    const { method, path, headers, body } = this.#order;
    try {
      this.#upstream.pool.dispatch(
        { method: method as Dispatcher.HttpMethod, path, headers, body },
        this,
      );
    } catch (error) {
      this.#options.onFailed(error as Error);
    }
  }

  #onClientClose(): void {
    if (this.#response.writableFinished) return;
    this.#clientGone = true;
    this.#controller?.abort(new Error('client went away'));
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS } from '../../config/limits.ts';
import type { ModuleSet } from '../../engine/module-slot.ts';
import type { InspectionRequest } from '../../engine/verdict.ts';
import type { Outcome as CountedOutcome } from '../traffic/traffic-totals.ts';
import { type AdmittedRequest, admit, isRefusal } from './admission.ts';
import type { ClientAddress } from './client-address.ts';
import { Forwarding, type UpstreamRequest } from './forwarding.ts';
import { upstreamHeaders } from './forwarding-headers.ts';
import { Judgement, type Outcome } from './judgement.ts';
import type { ProxyDeps } from './proxy-deps.ts';
import { announcesBody, type Refusal, refuse } from './refusal.ts';
import { BodyFailure, RequestBody } from './request-body.ts';
import { revisionLabel } from './revision-label.ts';
import { upstreamFailureStatus } from './upstream.ts';

/**
 * One request from its headers to the end of its response:
 * admit → buffer what is inspected → judge → refuse or forward.
 *
 * The module set is taken at the start and given back when the response is closed, so that a swap in
 * between never changes who judges. Without a body everything up to the forwarding is synchronous.
 */
export class Exchange {
  readonly #deps: ProxyDeps;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #set: ModuleSet;
  readonly #address: ClientAddress;
  readonly #id: string;
  readonly #added: string[];
  #counted: CountedOutcome = 'aborted';

  constructor(deps: ProxyDeps, request: IncomingMessage, response: ServerResponse) {
    this.#deps = deps;
    this.#request = request;
    this.#response = response;
    this.#set = deps.judge.acquire();
    const { headers, socket } = request;
    this.#address = deps.clientAddress(socket.remoteAddress, headers['x-forwarded-for']);
    this.#id = deps.requestId(headers['x-request-id'], this.#address.peerTrusted);
    this.#added = ['X-Request-Id', this.#id];
    const { revision_header } = deps.settings;
    if (revision_header !== '') this.#added.push(revision_header, revisionLabel(this.#set));
    deps.counters.begin();
    response.on('close', () => {
      const broken = !response.writableFinished && this.#counted !== 'upstream_error';
      deps.counters.end(broken ? 'aborted' : this.#counted);
      deps.judge.release(this.#set);
    });
  }

  /** `expectsContinue`: the client waits for `100 Continue` before it sends the body. */
  run(expectsContinue: boolean): void {
    try {
      this.#start(expectsContinue);
    } catch (error) {
      this.#fail(error);
    }
  }

  #start(expectsContinue: boolean): void {
    const admitted = admit(this.#request, this.#deps.settings.proxy.max_body_bytes);
    if (isRefusal(admitted)) this.#refuse('refused', admitted);
    else if (announcesBody(this.#request)) {
      this.#runWithBody(admitted, expectsContinue).catch((error: unknown) => this.#fail(error));
    } else this.#judge(admitted, null, null);
  }

  async #runWithBody(admitted: AdmittedRequest, expectsContinue: boolean): Promise<void> {
    const { proxy } = this.#deps.settings;
    if (expectsContinue) {
      const judgement = new Judgement(this.#deps, this.#id);
      const refused = judgement.preview(this.#set, this.#inspection(admitted, null));
      if (refused !== null) {
        this.#act(refused, admitted, null);
        return;
      }
      this.#response.writeContinue();
    }
    const limits = { maxBytes: proxy.max_body_bytes, idleMs: proxy.client_timeout_ms };
    const body = new RequestBody(this.#request, limits);
    const inspected = Math.min(proxy.inspect_body_bytes, LIMITS.request.max_body_bytes);
    const head = await body.head(inspected);
    const rest = body.complete ? head : body;
    await this.#judge(admitted, head.subarray(0, inspected), rest);
  }

  #judge(
    admitted: AdmittedRequest,
    head: Buffer | null,
    body: UpstreamRequest['body'],
  ): undefined | Promise<void> {
    const request = this.#inspection(admitted, head);
    const outcome = new Judgement(this.#deps, this.#id).decide(this.#set, request);
    if (!(outcome instanceof Promise)) {
      this.#act(outcome, admitted, body);
      return undefined;
    }
    return outcome
      .then((settled) => this.#act(settled, admitted, body))
      .catch((error: unknown) => this.#fail(error));
  }

  #act(outcome: Outcome, admitted: AdmittedRequest, body: UpstreamRequest['body']): void {
    switch (outcome.kind) {
      case 'forward':
        this.#forward(outcome.logged ? 'logged' : 'passed', admitted, body);
        return;
      case 'block':
        this.#refuse('blocked', { status: outcome.status, error: 'blocked' });
        return;
      case 'limited': {
        const headers = ['Retry-After', String(outcome.retryAfterS)];
        this.#refuse('rate_limited', { status: 429, error: 'rate_limited', headers });
        return;
      }
      case 'unavailable':
        this.#refuse('unavailable', { status: 503, error: 'inspection_unavailable' });
    }
  }

  #forward(
    counted: CountedOutcome,
    admitted: AdmittedRequest,
    body: UpstreamRequest['body'],
  ): void {
    this.#counted = counted;
    const headers = upstreamHeaders(admitted.headers, {
      peer: this.#address.peer,
      peerTrusted: this.#address.peerTrusted,
      host: admitted.host,
      protocol: 'http',
      requestId: this.#id,
    });
    const order = { method: this.#request.method ?? 'GET', path: admitted.uri, headers, body };
    new Forwarding(this.#deps.upstream, order, this.#request, this.#response, {
      added: this.#added,
      clientTimeoutMs: this.#deps.settings.proxy.client_timeout_ms,
      onFailed: (error) => this.#failUpstream(error),
      onBroken: (error) => {
        this.#counted = 'upstream_error';
        this.#deps.log.warn({ err: error, request_id: this.#id }, 'upstream response broke off');
      },
    }).start();
  }

  /** A defect of ours; the request is answered and the process goes on. */
  #fail(error: unknown): void {
    if (error instanceof BodyFailure) this.#failBody(error);
    else {
      this.#deps.log.error({ err: error, request_id: this.#id }, 'request failed');
      this.#refuse('unavailable', { status: 500, error: 'internal_error' });
    }
  }

  #failUpstream(error: Error): void {
    if (error instanceof BodyFailure) {
      this.#failBody(error);
      return;
    }
    this.#deps.log.warn({ err: error, request_id: this.#id }, 'upstream failed');
    const status = upstreamFailureStatus(error);
    const text = status === 504 ? 'upstream_timeout' : 'upstream_unreachable';
    this.#refuse('upstream_error', { status, error: text });
  }

  #failBody(failure: BodyFailure): void {
    if (failure.kind === 'too_large') {
      this.#refuse('refused', { status: 413, error: 'body_too_large' });
    } else if (failure.kind === 'timeout') {
      this.#refuse('refused', { status: 408, error: 'request_timeout' });
    } else {
      this.#response.destroy();
    }
  }

  #refuse(counted: CountedOutcome, refusal: Refusal): void {
    this.#counted = counted;
    if (this.#response.headersSent) {
      this.#response.destroy();
      return;
    }
    // `added` begins with the request id, which every refusal carries anyway.
    refuse(this.#request, this.#response, refusal, this.#id, this.#added.slice(2));
  }

  #inspection(admitted: AdmittedRequest, body: Buffer | null): InspectionRequest {
    return {
      method: this.#request.method ?? 'GET',
      uri: admitted.uri,
      version: this.#request.httpVersionMinor === 1 ? 'HTTP/1.1' : 'HTTP/1.0',
      sourceIp: this.#address.client,
      headers: admitted.headers,
      body,
      now: this.#deps.now(),
    };
  }
}

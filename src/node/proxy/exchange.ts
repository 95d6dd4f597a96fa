import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS } from '../../config/limits.ts';
import type { ModuleSet } from '../../engine/module-slot.ts';
import type { InspectionRequest } from '../../engine/verdict.ts';
import type { Outcome as CountedOutcome } from '../traffic/traffic-totals.ts';
import { type AdmittedRequest, admit, isRefusal } from './admission.ts';
import type { ClientAddress } from './client-address.ts';
import type { FinishedExchange } from './finished-exchange.ts';
import { Forwarding, type ForwardingOwner } from './forwarding.ts';
import { upstreamHeaders } from './forwarding-headers.ts';
import { Judgement, type Outcome } from './judgement.ts';
import type { OpenWork } from './open-work.ts';
import type { JudgeVerdict, ProxyDeps } from './proxy-deps.ts';
import { announcesBody, type Refusal, refuse } from './refusal.ts';
import { BodyFailure, RequestBody } from './request-body.ts';
import type { ResponseHead } from './response-head.ts';
import { revisionLabel } from './revision-label.ts';
import type { UpstreamRequest } from './upstream-call.ts';
import { upstreamFailureStatus } from './upstream-fault.ts';

/**
 * One request from its headers to the end of its response:
 * admit → buffer what is inspected → judge → refuse or forward → judge the response, when rules ask for it.
 *
 * The module set is taken at the start and given back when the response is closed, so that a swap in
 * between never changes who judges. Without a body everything up to the forwarding is synchronous.
 */
export class Exchange implements FinishedExchange, ForwardingOwner {
  readonly #deps: ProxyDeps;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #open: OpenWork;
  readonly #set: ModuleSet;
  readonly #address: ClientAddress;
  readonly id: string;
  readonly added: string[];
  inspected: InspectionRequest | null = null;
  #judgement: Judgement | null = null;
  #forwarding: Forwarding | null = null;
  #counted: CountedOutcome = 'aborted';

  constructor(deps: ProxyDeps, request: IncomingMessage, response: ServerResponse, open: OpenWork) {
    this.#deps = deps;
    this.#request = request;
    this.#response = response;
    this.#open = open;
    this.#set = deps.judge.acquire();
    const { headers, socket } = request;
    this.#address = deps.clientAddress(socket.remoteAddress, headers['x-forwarded-for']);
    this.id = deps.requestId(headers['x-request-id'], this.#address.peerTrusted);
    this.added = ['X-Request-Id', this.id];
    const { revision_header } = deps.settings;
    if (revision_header !== '') this.added.push(revision_header, revisionLabel(this.#set));
    deps.counters.begin();
    open.exchanges.add(this);
    if (open.draining) this.closeAfterwards();
    response.on('close', () => this.#onClose());
  }

  get verdict(): JudgeVerdict | null {
    return this.#judgement?.verdict ?? null;
  }

  get unavailable(): boolean {
    return this.#counted === 'unavailable';
  }

  get status(): number | null {
    return this.#response.headersSent ? this.#response.statusCode : null;
  }

  get clientTimeoutMs(): number {
    return this.#deps.settings.proxy.client_timeout_ms;
  }

  /** Tells the client not to send another request on its connection. */
  closeAfterwards(): void {
    this.#response.shouldKeepAlive = false;
  }

  /** `expectsContinue`: the client waits for `100 Continue` before it sends the body. */
  run(expectsContinue: boolean): void {
    try {
      this.#start(expectsContinue);
    } catch (error) {
      this.#fail(error);
    }
  }

  bytesToHold(head: ResponseHead): number | null {
    const { inspects_response = 'none' } = this.#set;
    if (inspects_response === 'none') return null;
    return this.#deps.responses.bytesToHold(inspects_response, head);
  }

  responsePasses(head: ResponseHead, held: Buffer | null): boolean {
    const response = this.#deps.responses.inspectionOf(head, held);
    const request = { ...this.inspected!, body: null, now: this.#deps.now(), response };
    const outcome = this.#judgementOf().decideResponse(this.#set, request);
    if (outcome.kind === 'forward') {
      if (outcome.logged) this.#counted = 'logged';
      return true;
    }
    this.#carryOut(outcome);
    return false;
  }

  onFailed(error: Error): void {
    if (error instanceof BodyFailure) {
      this.#failBody(error);
      return;
    }
    this.#deps.log.warn({ err: error, request_id: this.id }, 'upstream failed');
    const status = upstreamFailureStatus(error);
    const text = status === 504 ? 'upstream_timeout' : 'upstream_unreachable';
    this.#refuse('upstream_error', { status, error: text });
  }

  onBroken(error: Error): void {
    this.#counted = 'upstream_error';
    this.#deps.log.warn({ err: error, request_id: this.id }, 'upstream response broke off');
  }

  #onClose(): void {
    const finished = this.#response.writableFinished;
    if (!finished) this.#forwarding?.cancel();
    const broken = !finished && this.#counted !== 'upstream_error';
    this.#deps.counters.end(broken ? 'aborted' : this.#counted);
    this.#deps.judge.release(this.#set);
    this.#open.exchanges.delete(this);
    this.#deps.observe?.(this);
  }

  #start(expectsContinue: boolean): void {
    const admitted = admit(this.#request, this.#deps.settings.proxy.max_body_bytes);
    if (isRefusal(admitted)) this.#refuse('refused', admitted);
    else if (!announcesBody(this.#request)) this.#judge(admitted, null, null);
    else if (!expectsContinue || this.#invitesBody(admitted)) this.#readBody(admitted);
  }

  /** Judges the head alone; false when the client was refused. */
  #invitesBody(admitted: AdmittedRequest): boolean {
    const refused = this.#judgementOf().preview(this.#set, this.#inspection(admitted, null));
    if (refused === null) this.#response.writeContinue();
    else this.#act(refused, admitted, null);
    return refused === null;
  }

  #readBody(admitted: AdmittedRequest): void {
    const { proxy } = this.#deps.settings;
    const limits = { maxBytes: proxy.max_body_bytes, idleMs: proxy.client_timeout_ms };
    const body = new RequestBody(this.#request, limits);
    const inspected = Math.min(proxy.inspect_body_bytes, LIMITS.request.max_body_bytes);
    body.head(inspected, (failure, head) => {
      if (failure !== null) {
        this.#fail(failure);
        return;
      }
      try {
        this.#judge(admitted, head.subarray(0, inspected), body.complete ? head : body);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  #judge(admitted: AdmittedRequest, head: Buffer | null, body: UpstreamRequest['body']): void {
    const request = this.#inspection(admitted, head);
    const outcome = this.#judgementOf().decide(this.#set, request);
    if (!(outcome instanceof Promise)) this.#act(outcome, admitted, body);
    else {
      outcome
        .then((settled) => this.#act(settled, admitted, body))
        .catch((error: unknown) => this.#fail(error));
    }
  }

  /** The judgement of this exchange; what it found last is looked at when the exchange is over. */
  #judgementOf(): Judgement {
    this.#judgement ??= new Judgement(this.#deps, this.id);
    return this.#judgement;
  }

  #act(outcome: Outcome, admitted: AdmittedRequest, body: UpstreamRequest['body']): void {
    if (outcome.kind === 'forward') {
      this.#forward(outcome.logged ? 'logged' : 'passed', admitted, body);
    } else this.#carryOut(outcome);
  }

  #carryOut(outcome: Exclude<Outcome, { kind: 'forward' }>): void {
    switch (outcome.kind) {
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
      requestId: this.id,
    });
    const order = { method: this.#request.method ?? 'GET', path: admitted.uri, headers, body };
    // The client may have left while the judgement was waited for.
    if (this.#response.destroyed) return;
    const { upstream } = this.#deps;
    this.#forwarding = new Forwarding(upstream, order, this.#request, this.#response, this);
    this.#forwarding.start();
  }

  /** A defect of ours; the request is answered and the process goes on. */
  #fail(error: unknown): void {
    if (error instanceof BodyFailure) this.#failBody(error);
    else {
      this.#deps.log.error({ err: error, request_id: this.id }, 'request failed');
      this.#refuse('unavailable', { status: 500, error: 'internal_error' });
    }
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
    refuse(this.#request, this.#response, refusal, this.id, this.added.slice(2));
  }

  #inspection(admitted: AdmittedRequest, body: Buffer | null): InspectionRequest {
    this.inspected = {
      method: this.#request.method ?? 'GET',
      uri: admitted.uri,
      version: `HTTP/${this.#request.httpVersion}`,
      sourceIp: this.#address.client,
      headers: admitted.headers,
      body,
      now: this.#deps.now(),
    };
    return this.inspected;
  }
}

import { performance } from 'node:perf_hooks';
import type { ModuleSet } from '../../engine/module-slot.ts';
import { ACTION_NAMES, type InspectionRequest } from '../../engine/verdict.ts';
import type { TrafficEvent } from '../traffic/event-ring.ts';
import { type Decision, decide, FORWARD } from './decide.ts';
import type { JudgeVerdict, ProxyDeps } from './proxy-deps.ts';
import { rateLimitKey } from './rate-limit-key.ts';

const MAX_EVENT_URI = 512;

interface LimitedOutcome {
  readonly kind: 'limited';
  readonly retryAfterS: number;
}

/** What becomes of a request after rate limits were applied. */
export type Outcome =
  | { readonly kind: 'forward'; readonly logged: boolean }
  | { readonly kind: 'block'; readonly status: number }
  | LimitedOutcome
  | { readonly kind: 'unavailable' };

const PASS: Outcome & { kind: 'forward' } = { kind: 'forward', logged: false };

/** Inspects one request, counts and records what was found, and says what to do. */
export class Judgement {
  readonly #deps: ProxyDeps;
  readonly #requestId: string;
  /** The last one, for whoever looks at the request when it is over. */
  verdict: JudgeVerdict | null = null;

  constructor(deps: ProxyDeps, requestId: string) {
    this.#deps = deps;
    this.#requestId = requestId;
  }

  /**
   * Only whether the header block alone is blocked, for a client that waits with its body
   * (`Expect: 100-continue`). Anything softer is decided with the body.
   */
  preview(set: ModuleSet, request: InspectionRequest): Outcome | null {
    const verdict = this.#deps.judge.inspect(set, request);
    this.verdict = verdict;
    const decision = decide(verdict, this.#deps.settings.on_failure);
    if (decision.kind !== 'block') return null;
    this.#note(verdict, decision, request, decision.status);
    return decision;
  }

  /** The full judgement. A promise only when a rate-limit token has to be asked for elsewhere. */
  decide(set: ModuleSet, request: InspectionRequest): Outcome | Promise<Outcome> {
    const started = performance.now();
    const verdict = this.#deps.judge.inspect(set, request);
    this.verdict = verdict;
    this.#deps.counters.inspected((performance.now() - started) / 1000, verdict.failure);
    const decision = decide(verdict, this.#deps.settings.on_failure);
    if (decision === FORWARD && verdict.explanation === null) return PASS;
    switch (decision.kind) {
      case 'limit':
        return this.#limit(verdict, decision, request);
      case 'unavailable':
        this.#note(verdict, decision, request, 503);
        return { kind: 'unavailable' };
      case 'block':
        this.#note(verdict, decision, request, decision.status);
        return decision;
      case 'forward':
        this.#note(verdict, decision, request, null);
        return decision;
    }
  }

  /**
   * The judgement of a response. Rate limits are for requests; a module that answers with one here is
   * recorded. What was found in the request stays the last verdict unless something is found here.
   */
  decideResponse(set: ModuleSet, request: InspectionRequest): Exclude<Outcome, LimitedOutcome> {
    const started = performance.now();
    const verdict = this.#deps.judge.inspect(set, request);
    this.#deps.counters.inspected((performance.now() - started) / 1000, verdict.failure);
    const decision = decide(verdict, this.#deps.settings.on_failure);
    if (decision === FORWARD && verdict.explanation === null) return PASS;
    this.verdict = verdict;
    if (decision.kind === 'unavailable') {
      this.#note(verdict, decision, request, 503);
      return { kind: 'unavailable' };
    }
    this.#note(verdict, decision, request, decision.kind === 'block' ? decision.status : null);
    return decision.kind === 'limit' ? { kind: 'forward', logged: true } : decision;
  }

  #limit(
    verdict: JudgeVerdict,
    decision: Decision & { kind: 'limit' },
    request: InspectionRequest,
  ): Outcome | Promise<Outcome> {
    const { limit, scope } = decision;
    const key = `${scope} ${rateLimitKey(limit.key, request)}`;
    const size = { limit: limit.limit, windowS: limit.window_s };
    const conclude = (waitS: number): Outcome => {
      const refused = waitS > 0 && limit.over === 'block';
      this.#note(verdict, decision, request, refused ? 429 : null);
      if (refused) return { kind: 'limited', retryAfterS: Math.max(1, Math.ceil(waitS)) };
      return { kind: 'forward', logged: waitS > 0 };
    };
    const wait = this.#deps.tokens.take(key, size, this.#deps.now());
    return typeof wait === 'number' ? conclude(wait) : wait.then(conclude);
  }

  #note(
    verdict: JudgeVerdict,
    decision: Decision,
    request: InspectionRequest,
    status: number | null,
  ): void {
    const { counters, record, now } = this.#deps;
    const { module, explanation } = verdict;
    for (const found of verdict.explained) counters.matched(found.module, found.explanation);
    if (status !== null && decision.kind !== 'unavailable') {
      counters.refusedBy(module, explanation?.rule ?? null, request.sourceIp);
    }
    const event: TrafficEvent = {
      at: now(),
      ...(request.response !== undefined && { phase: 'response' as const }),
      request_id: this.#requestId,
      client: request.sourceIp,
      method: request.method,
      uri: request.uri.slice(0, MAX_EVENT_URI),
      action: decision.kind === 'unavailable' ? 'unavailable' : ACTION_NAMES[verdict.action],
      status,
      module: module?.name ?? null,
      revision: module?.revision ?? null,
      rule: explanation?.rule ?? null,
      reason: verdict.failure ?? explanation?.reason ?? 'module',
      score: explanation?.score ?? {},
      matches: explanation?.matches ?? [],
    };
    record(event);
  }
}

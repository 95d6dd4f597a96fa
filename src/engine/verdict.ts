/** Action codes of the Wasm ABI: what `inspect_request` returns. Anything else is a host error. */
export const ACTION_ALLOW = 0;
export const ACTION_BLOCK = 1;
export const ACTION_LOG = 2;
export const ACTION_RATE_LIMIT = 3;
export type ActionCode = 0 | 1 | 2 | 3;

export const ACTION_NAMES = ['allow', 'block', 'log', 'ratelimit'] as const;

/** The request as the data plane sees it, before it is encoded for a module. */
export interface InspectionRequest {
  readonly method: string;
  /** Request target as received, e.g. `/a?b=c`. One byte per character (latin1). */
  readonly uri: string;
  /** `HTTP/1.1` */
  readonly version: string;
  /** Client address in text form, IPv4 or IPv6. */
  readonly sourceIp: string;
  /** Name, value, name, value … as Node's `rawHeaders`. */
  readonly headers: readonly string[];
  /**
   * What the host knows about the client, as name, value, name, value …; names are spelt as rules
   * spell the target: `tls.version`, `ctx.country`.
   */
  readonly facts?: readonly string[];
  /** The first bytes of the body, or null when there is none. */
  readonly body: Uint8Array | null;
  /** Milliseconds since the epoch; rules that expired before it do not apply. 0: do not check. */
  readonly now: number;
}

/** One rule that matched. `offset` and `length` are bytes within the value of the target. */
export interface Match {
  readonly rule: string;
  readonly ruleIndex: number;
  readonly shadow: boolean;
  /** e.g. `query[id]`, `headers[user-agent]`. */
  readonly target: string;
  readonly offset: number;
  readonly length: number;
}

/** Why the last verdict is what it is. */
export interface Explanation {
  readonly action: ActionCode;
  /** The rule that decided, null when a threshold, the budget or nothing did. */
  readonly rule: string | null;
  readonly reason: 'no-match' | 'rule' | 'threshold' | 'budget';
  /** At most LIMITS.program.max_matches_explained. */
  readonly matches: readonly Match[];
  readonly score: Readonly<Record<string, number>>;
  readonly steps: number;
}
